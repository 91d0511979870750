package dev.shakedown.simulator;

/**
 * The engine as {@code vllm serve} would be asked for it. Whether it fits the cluster is decided
 * when it starts, as vLLM does.
 *
 * @param servedName the name that requests must use
 * @param quantization {@code fp8}, {@code awq}, ...; empty: the 16-bit weights
 * @param maxModelLen tokens of prompt and output together
 * @param executor {@code ray} or {@code mp}; decides the form of the log lines
 * @param split how the model is spread over GPUs
 */
public record SimulatedEngine(
        String model,
        String servedName,
        String quantization,
        int maxModelLen,
        int maxNumSeqs,
        String executor,
        Split split) {

    /** vLLM's own default for {@code --max-num-seqs} on a server GPU, as far as it matters here. */
    public static final int DEFAULT_MAX_NUM_SEQS = 256;

    /** Where neither model nor arguments say otherwise. */
    public static final int DEFAULT_MAX_MODEL_LEN = 8192;

    public SimulatedEngine {
        if (maxModelLen < 1 || maxNumSeqs < 1) {
            throw new IllegalArgumentException("max_model_len and max_num_seqs must be at least 1");
        }
    }

    /** Ranks per tensor group, pipeline stages, replicas. */
    public record Split(int tensor, int pipeline, int data) {
        public Split {
            if (tensor < 1 || pipeline < 1 || data < 1) {
                throw new IllegalArgumentException(
                        "tensor, pipeline and data parallel must be at least 1");
            }
        }

        /** Ranks of one replica: what vLLM calls the world size. */
        public int worldSize() {
            return tensor * pipeline;
        }

        /** GPUs that all replicas use. */
        public int gpus() {
            return worldSize() * data;
        }
    }

    /** An engine with vLLM's defaults. */
    public static SimulatedEngine of(String model, Split split) {
        return new SimulatedEngine(
                model, model, "", DEFAULT_MAX_MODEL_LEN, DEFAULT_MAX_NUM_SEQS, "ray", split);
    }
}
