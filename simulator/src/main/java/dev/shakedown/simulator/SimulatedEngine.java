package dev.shakedown.simulator;

import java.util.OptionalInt;

/**
 * The engine as {@code vllm serve} would be asked for it. Whether it fits the cluster is decided
 * when it starts, as vLLM does.
 *
 * @param servedName the name that requests must use
 * @param quantization {@code fp8}, {@code awq}, ...; empty: the 16-bit weights
 * @param maxModelLen tokens of prompt and output together
 * @param tuning of its scheduler and its KV cache
 * @param executor {@code ray} or {@code mp}; decides the form of the log lines
 * @param split how the model is spread over GPUs
 */
public record SimulatedEngine(
        String model,
        String servedName,
        String quantization,
        int maxModelLen,
        Tuning tuning,
        String executor,
        Split split) {

    /** Where neither model nor arguments say otherwise. */
    public static final int DEFAULT_MAX_MODEL_LEN = 8192;

    public SimulatedEngine {
        if (maxModelLen < 1) {
            throw new IllegalArgumentException("max_model_len must be at least 1");
        }
    }

    /**
     * vLLM's arguments of the same names.
     *
     * @param maxNumSeqs requests that run at once
     * @param maxNumBatchedTokens tokens of one step
     * @param memoryUtilization share of a GPU's memory that vLLM takes
     * @param fp8KvCache one byte a value in place of two
     * @param prefixCaching prompts that begin alike share their blocks
     */
    public record Tuning(
            OptionalInt maxNumSeqs,
            OptionalInt maxNumBatchedTokens,
            double memoryUtilization,
            boolean fp8KvCache,
            boolean prefixCaching) {

        /** vLLM's own, since 0.22. */
        public static final Tuning DEFAULTS =
                new Tuning(OptionalInt.empty(), OptionalInt.empty(), .92, false, true);

        public Tuning {
            if (maxNumSeqs.orElse(1) < 1 || maxNumBatchedTokens.orElse(1) < 1) {
                throw new IllegalArgumentException(
                        "max_num_seqs and max_num_batched_tokens must be at least 1");
            }
            if (memoryUtilization <= 0 || memoryUtilization > 1) {
                throw new IllegalArgumentException(
                        "gpu_memory_utilization must be above 0 and at most 1: "
                                + memoryUtilization);
            }
        }

        /** The same, and every prompt is computed whole. */
        public Tuning withoutPrefixCaching() {
            return new Tuning(
                    maxNumSeqs, maxNumBatchedTokens, memoryUtilization, fp8KvCache, false);
        }

        /** Bytes of one value in the KV cache. */
        public int kvBytes() {
            return fp8KvCache ? 1 : 2;
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
                model, model, "", DEFAULT_MAX_MODEL_LEN, Tuning.DEFAULTS, "ray", split);
    }
}
