package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.workloads.agent.LoadOrder;
import dev.shakedown.workloads.load.LoadResult;
import java.util.Map;
import java.util.Optional;

/** A load whose generator runs as a Ray job on a node of the cluster. */
record RemoteLoad(RunContext run, RunningEngine engine, LoadPlace place) {
    /** Linux takes 128 KiB for a word of a command line, and Ray shows it: a trace is longer. */
    private static final int LONGEST_WORD = 1 << 14;

    /**
     * Makes the load. Empty where the engine ended or this thread was interrupted, which stays set.
     *
     * @throws StepFailedException if it broke in another way
     */
    Optional<LoadResult> run(LoadOrder order, JobPatience patience) {
        return run(program(LoadPackage.ofThisBuild(), order), patience);
    }

    RayJobRun.Program program(LoadPackage load, LoadOrder order) {
        String word = order.word();
        boolean fits = word.length() <= LONGEST_WORD;
        return new RayJobRun.Program(
                "load",
                load.entrypoint(fits ? word : LoadOrder.FILE),
                fits ? load.files() : load.files().with(LoadOrder.FILE, order.json()),
                Map.of("node:" + place.node().ip(), 0.001));
    }

    Optional<LoadResult> run(RayJobRun.Program job, JobPatience patience) {
        AgentReader reader = new AgentReader(run, engine, place);
        run.listener().say("the load starts on " + place.text());
        try (RayClient ray = run.ray(run.cluster().flatMap(Cluster::rayDashboard).orElseThrow())) {
            RayJobRun.Ended ended = new RayJobRun(ray, System::nanoTime).run(job, patience, reader);
            Optional<LoadResult> load = reader.load();
            boolean over =
                    engine.exitStatus().isPresent() || Thread.currentThread().isInterrupted();
            if (!over && (load.isEmpty() || cut(load.get(), ended))) {
                load.ifPresent(run::load);
                throw broken(
                        ended.failure().orElse("a part of what it measured has not come"), ended);
            }
            return load;
        }
    }

    /** What came whole counts, however Ray took the job's end, unless the job was stopped. */
    private static boolean cut(LoadResult load, RayJobRun.Ended ended) {
        return load.stopped() && ended.failure().isPresent();
    }

    private StepFailedException broken(String why, RayJobRun.Ended ended) {
        return new StepFailedException(
                "the load did not end well: " + why,
                place.text(),
                TellingLines.of(ended.log()),
                "look at that node: the load needs a core and 1 GiB there, and Linux with glibc of this machine's architecture; load.from: here does without");
    }
}
