package dev.shakedown.reports.run;

import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.util.OptionalDouble;

/** What a run cost: all GPUs of the cluster, from the start of ClusterUp to the end of the run. */
public final class GpuHours {
    private static final double NANOS_PER_HOUR = 3.6e12;

    private GpuHours() {}

    /** Empty for a run that never reached its cluster. */
    public static OptionalDouble of(RunRecord run) {
        OptionalDouble from =
                run.steps().stream()
                        .filter(step -> step.step().equals("ClusterUp"))
                        .mapToDouble(StepSpan::startNs)
                        .min();
        OptionalDouble to = run.steps().stream().mapToDouble(StepSpan::endNs).max();
        if (from.isEmpty() || to.isEmpty()) {
            return OptionalDouble.empty();
        }
        int gpus = run.shape().nodes() * run.shape().gpusPerNode();
        return OptionalDouble.of((to.getAsDouble() - from.getAsDouble()) / NANOS_PER_HOUR * gpus);
    }
}
