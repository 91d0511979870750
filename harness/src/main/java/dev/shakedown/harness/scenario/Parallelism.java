package dev.shakedown.harness.scenario;

/**
 * How the engine is split over GPUs: tensor parallel, pipeline parallel, data parallel (replicas).
 */
public record Parallelism(int tensor, int pipeline, int data) {

    public Parallelism {
        if (tensor < 1 || pipeline < 1 || data < 1) {
            throw new IllegalArgumentException(
                    "tensor, pipeline and data parallel must be at least 1");
        }
    }

    /** GPUs that the engine uses. */
    public int worldSize() {
        return tensor * pipeline * data;
    }

    /** As engineers write it: {@code TP8 PP2}, with {@code DP2} where there are replicas. */
    @Override
    public String toString() {
        return "TP" + tensor + " PP" + pipeline + (data > 1 ? " DP" + data : "");
    }
}
