package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A provider without nodes that remembers what it was asked, in order. */
class FakeProvider implements ClusterProvider {
    final List<String> calls = new CopyOnWriteArrayList<>();
    Runnable whenUp = () -> {};
    Runnable whenDown = () -> {};
    String nodeLog = "";
    Optional<URI> dashboard = Optional.empty();

    @Override
    public List<Check> preflight() {
        calls.add("preflight");
        return List.of(new Check("gpu", Check.Verdict.OK, "there", ""));
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        calls.add("prepare");
        return "nothing to prepare";
    }

    @Override
    public Cluster up(Progress progress) {
        calls.add("up");
        whenUp.run();
        return new Cluster(dashboard, Optional.empty(), List.of());
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        throw new StepFailedException("no engine here", "", List.of(), "");
    }

    @Override
    public Map<String, String> fingerprint() {
        return Map.of("fake", "yes");
    }

    @Override
    public void collectLogs(Path logs) {
        calls.add("collectLogs");
        try {
            Files.createDirectories(logs.resolve("node-a"));
            Files.writeString(logs.resolve("node-a/ray.log"), nodeLog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        return new ProviderPlan(List.of(), List.of(), List.of());
    }

    @Override
    public void down() {
        calls.add("down");
        whenDown.run();
    }
}
