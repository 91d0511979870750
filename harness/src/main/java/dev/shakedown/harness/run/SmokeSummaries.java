package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.SmokeGpu;
import dev.shakedown.reports.run.RunRecord.SmokeSummary;
import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.SlowGpu;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.util.Comparator;
import java.util.Optional;

/** The smoke job's result as {@code run.json} holds it. */
final class SmokeSummaries {
    /** Tasks end in any order; people look for node and GPU. */
    private static final Comparator<SmokeGpu> BY_PLACE =
            Comparator.comparing(SmokeGpu::node)
                    .thenComparingInt(gpu -> gpu.gpu().length())
                    .thenComparing(SmokeGpu::gpu);

    private SmokeSummaries() {}

    static SmokeSummary of(SmokeResult smoke) {
        long samples = smoke.tasks().stream().mapToLong(PiLine.Task::samples).sum();
        long inside = smoke.tasks().stream().mapToLong(PiLine.Task::inside).sum();
        return new SmokeSummary(
                samples == 0 ? 0 : 4.0 * inside / samples,
                samples,
                outcome(smoke.outcome()),
                smoke.tasks().stream().map(SmokeSummaries::gpu).sorted(BY_PLACE).toList(),
                smoke.slowGpus().stream().map(SlowGpu::text).toList());
    }

    private static String outcome(SmokeOutcome outcome) {
        return switch (outcome) {
            case SmokeOutcome.Passed _ -> "passed";
            case SmokeOutcome.WrongAnswer _ -> "wrong answer";
            case SmokeOutcome.WrongPlacement _ -> "wrong placement";
            case SmokeOutcome.NotFinished _ -> "not finished";
        };
    }

    private static SmokeGpu gpu(PiLine.Task task) {
        return new SmokeGpu(
                task.hostname().isEmpty() ? task.nodeIp() : task.hostname(),
                task.cudaVisibleDevices().orElse("?"),
                task.gpuUuid().orElse(""),
                task.samples(),
                task.seconds(),
                task.gbPerSecond().isPresent()
                        ? Optional.of(task.gbPerSecond().getAsDouble())
                        : Optional.empty());
    }
}
