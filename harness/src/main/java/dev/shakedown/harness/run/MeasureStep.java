package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.harness.engine.EngineLog;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.workloads.agent.LoadOrder;
import dev.shakedown.workloads.load.Balance;
import dev.shakedown.workloads.load.LiveSample;
import dev.shakedown.workloads.load.LoadGenerator;
import dev.shakedown.workloads.load.LoadObserver;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.Replicas;
import dev.shakedown.workloads.load.SimulatedLoad;
import dev.shakedown.workloads.load.Slo;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.openai.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Warm-up, measurement and drain: one load, recorded from its first request on. */
record MeasureStep(LoadPlan plan) implements Step {
    /** Calibrating prompts before the load, and writing the files after it. */
    private static final Duration AROUND = Duration.ofMinutes(2);

    /** Sending the generator's package to Ray, over a slow line. */
    private static final Duration SENDING = Duration.ofMinutes(5);

    /** Ray's start of a job: it sends the package on to the job's node first. */
    private static final Duration START = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "Measure";
    }

    @Override
    public Duration deadline(RunContext run) {
        return run.scenario().loadFrom().onCluster()
                ? longest().plus(START).plus(SENDING)
                : longest();
    }

    /** Of a load from here. */
    Duration longest() {
        return plan.longestWarmUp().plus(plan.duration()).plus(plan.drain()).plus(AROUND);
    }

    @Override
    public Result execute(RunContext run) throws InterruptedException {
        RunningEngine engine = run.engine().orElseThrow();
        GpuTelemetry gpus = new GpuTelemetry(run.clock(), GpuSources.of(run, deadline(run)));
        Optional<LoadResult> made;
        try (gpus) {
            made = load(run, engine, gpus);
        } finally {
            run.gpus(gpus.record());
        }
        if (made.isPresent()) {
            // A recording that came from elsewhere and is torn takes no more.
            gpus.record().appendTo(run.directory().path());
        }
        made.ifPresent(run::load);
        if (Thread.interrupted()) {
            throw new InterruptedException("the load was stopped");
        }
        EngineDeath.after(made, engine)
                .ifPresent(
                        status -> {
                            throw died(engine, status);
                        });
        LoadResult result = made.orElseThrow();
        if (result.before().isEmpty() || result.after().isEmpty()) {
            run.note("not checked: tokens against the server's counters, /metrics has none");
        }
        return new Done(summary(result));
    }

    private Optional<LoadResult> load(RunContext run, RunningEngine engine, GpuTelemetry gpus) {
        if (engine instanceof VirtualRunningEngine simulated) {
            return Optional.of(simulated(run, simulated, gpus));
        }
        gpus.begin();
        return run.cluster()
                .flatMap(there -> LoadPlace.of(run.scenario().loadFrom(), there))
                .map(place -> onCluster(run, engine, place))
                .orElseGet(() -> Optional.of(here(run, engine)));
    }

    private LoadResult here(RunContext run, RunningEngine engine) {
        Replicas replicas =
                new Replicas(
                        engine.replicas().stream().map(each -> endpoint(run, each)).toList(),
                        run.scenario()
                                .attach()
                                .map(AttachSpec::balance)
                                .orElse(Balance.ROUND_ROBIN));
        EndpointWay.measure(run, engine);
        try (LoadRecording recording = new LoadRecording(run.directory().path(), run.clock())) {
            Watch watch = new Watch(run, engine);
            LoadGenerator generator = new LoadGenerator(replicas, recording, watch);
            watch.generator = generator;
            return generator.run(plan, slo(run.scenario().slo()));
        }
    }

    private static Endpoint endpoint(RunContext run, RunningEngine engine) {
        return new Endpoint(engine.baseUrl(), model(run), engine.apiKey(), engine.caFile());
    }

    private LoadResult simulated(RunContext run, VirtualRunningEngine engine, GpuTelemetry gpus) {
        // The client is no part of it: its machine changes no number.
        run.client(Map.of());
        try (LoadRecording recording = LoadRecording.virtual(run.directory().path(), run.clock())) {
            EachRealSecond shown = new EachRealSecond(run);
            LoadObserver each =
                    sample -> {
                        gpus.read();
                        shown.second(sample);
                    };
            return new SimulatedLoad(new VirtualServer(engine), recording, each)
                    .run(plan, slo(run.scenario().slo()), engine.maxModelLen());
        }
    }

    private Optional<LoadResult> onCluster(RunContext run, RunningEngine engine, LoadPlace place) {
        return new RemoteLoad(run, engine, place)
                .run(
                        new LoadOrder(
                                engine.clusterUrl(),
                                model(run),
                                plan,
                                slo(run.scenario().slo()),
                                run.clock().startedAt()),
                        new JobPatience(START, longest()));
    }

    private static String model(RunContext run) {
        return run.engineUp().orElseThrow().ready().model();
    }

    private static Slo slo(Map<String, Duration> slo) {
        return new Slo(
                Optional.ofNullable(slo.get("ttft")),
                Optional.ofNullable(slo.get("tpot")),
                Optional.ofNullable(slo.get("e2e")));
    }

    private static StepFailedException died(RunningEngine engine, int status) {
        List<String> evidence = engine.log().map(MeasureStep::telling).orElse(List.of());
        return new StepFailedException(
                "vLLM ended in the middle of the load, with status " + status,
                "",
                evidence,
                engine.log().map(log -> "read " + log).orElse(""));
    }

    private static List<String> telling(Path file) {
        EngineLog log = new EngineLog(file);
        log.poll();
        return log.telling();
    }

    private static String summary(LoadResult result) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d requests completed, %.1f requests/s, %,.0f output tokens/s",
                result.completed(),
                result.schedule().drawn(),
                result.rates().getOrDefault("requests/s", 0.0),
                result.rates().getOrDefault("outputTokens/s", 0.0));
    }

    /** Passes each second on, and stops the load when there is no engine left to load. */
    private static final class Watch implements LoadObserver {
        private final RunContext run;
        private final RunningEngine engine;
        private volatile @Nullable LoadGenerator generator;

        Watch(RunContext run, RunningEngine engine) {
            this.run = run;
            this.engine = engine;
        }

        @Override
        public void second(LiveSample sample) {
            run.listener().live(new LiveView(sample));
            OptionalInt exit = engine.exitStatus();
            LoadGenerator running = generator;
            if (exit.isPresent() && running != null) {
                running.stop();
            }
        }
    }
}
