package dev.shakedown.simulator.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Families that every vLLM has on its page, of features that the simulated one lacks: they stay as
 * they are in a real engine that does not use them.
 */
final class AbsentMetrics {
    private static final Map<String, String> COUNTERS = counters();
    private static final String REJECTIONS = "vllm:admission_rejections_total";
    private static final String SLEEP = "vllm:engine_sleep_state";

    private AbsentMetrics() {}

    /**
     * @param model escaped
     */
    static void print(PrometheusPage page, String model, int engines) {
        page.family(SLEEP, "gauge", "Engine sleep state; awake = 1 means engine is awake.");
        for (int i = 0; i < engines; i++) {
            Labels labels = new Labels(i, model);
            page.sample(SLEEP, labels.with("sleep_state", "awake"), 1);
            page.sample(SLEEP, labels.with("sleep_state", "weights_offloaded"), 0);
            page.sample(SLEEP, labels.with("sleep_state", "discard_all"), 0);
        }
        page.family(REJECTIONS, "counter", "Requests refused by a limit of the queue, by reason.");
        for (String limit : List.of("max_num_queued_reqs", "max_num_queued_tokens")) {
            page.sample(REJECTIONS, "model_name=\"%s\",reason=\"%s\"".formatted(model, limit), 0);
        }
        COUNTERS.forEach(
                (name, help) -> {
                    page.family(name, "counter", help);
                    for (int i = 0; i < engines; i++) {
                        page.sample(name, new Labels(i, model).plain(), 0);
                    }
                });
    }

    private static Map<String, String> counters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("vllm:external_prefix_cache_queries_total", "Tokens asked of a KV connector.");
        all.put("vllm:external_prefix_cache_hits_total", "Tokens that a KV connector had.");
        all.put("vllm:mm_cache_queries_total", "Items looked up in the multi-modal cache.");
        all.put("vllm:mm_cache_hits_total", "Items found in the multi-modal cache.");
        all.put("vllm:estimated_flops_per_gpu_total", "Operations, where MFU metrics are on.");
        all.put("vllm:estimated_read_bytes_per_gpu_total", "Bytes read, where MFU metrics are on.");
        all.put(
                "vllm:estimated_write_bytes_per_gpu_total",
                "Bytes written, where MFU metrics are on.");
        return all;
    }
}
