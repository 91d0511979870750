package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.scenario.LoadFrom;
import java.util.Map;
import java.util.TreeMap;

/** What ran, and on what: the provider's part and the client's own. */
final class Fingerprint {
    private Fingerprint() {}

    /** What the provider says wins: only it knows that something is simulated. */
    static Map<String, String> of(RunContext run) {
        Map<String, String> all = new TreeMap<>();
        run.reused()
                .ifPresent(
                        kept -> {
                            all.putAll(kept.cluster().fingerprint());
                            all.put("cluster.run", kept.runId());
                        });
        all.putAll(run.provider().fingerprint());
        all.put("shakedown", Build.version());
        all.putAll(run.client());
        LoadFrom from = run.scenario().loadFrom();
        if (from.onCluster()) {
            all.put("load.from", from.key());
        }
        run.engine()
                .filter(_ -> !from.onCluster())
                .flatMap(RunningEngine::tunnel)
                .ifPresent(through -> all.put("load.tunnel", through));
        run.engineUp().ifPresent(up -> all.put("engine.placement", up.placement().summary()));
        run.engineUp()
                .flatMap(up -> up.ready().facts().version())
                .ifPresent(version -> all.putIfAbsent("vllm", version));
        return all;
    }
}
