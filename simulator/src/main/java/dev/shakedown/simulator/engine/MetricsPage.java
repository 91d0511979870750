package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedEngine;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** {@code /metrics} with vLLM's names, types and labels, over all replicas. */
public final class MetricsPage {
    static final Map<String, String> LENGTHS = lengths();
    static final Map<String, String> PHASES = phases();

    private static final List<String> OTHER_TIERS =
            List.of("host", "p2p", "disk", "external_unspecified");

    private final String model;
    private final long kvTokens;
    private final SimulatedEngine.Tuning tuning;
    private final List<EngineCore> engines;
    private final PrometheusPage page = new PrometheusPage();

    /**
     * @param kvTokens that each replica's cache holds
     */
    public MetricsPage(SimulatedEngine served, long kvTokens, List<EngineCore> engines) {
        this.tuning = served.tuning();
        this.model = PrometheusPage.escape(served.servedName());
        this.kvTokens = kvTokens;
        this.engines = engines;
    }

    /** The page now; one call an instance. */
    public String render() {
        gauge("num_requests_running", "Requests that run.", EngineCore::running);
        gauge("num_requests_waiting", "Requests that wait.", EngineCore::waiting);
        waitingByReason();
        gauge(
                "kv_cache_usage_perc",
                "Share of the KV cache in use, 1 is all.",
                EngineCore::kvUsage);
        counters();
        promptTokensBySource();
        endedByReason();
        histograms();
        AbsentMetrics.print(page, model, engines.size());
        cacheConfig();
        return page.toString();
    }

    private void waitingByReason() {
        String name = "vllm:num_requests_waiting_by_reason";
        page.family(name, "gauge", "Requests that wait, by reason.");
        for (int i = 0; i < engines.size(); i++) {
            page.sample(name, labels(i).with("reason", "capacity"), engines.get(i).waiting());
            page.sample(name, labels(i).with("reason", "deferred"), 0);
        }
    }

    private void counters() {
        counter("prefix_cache_queries", "Tokens looked up.", EngineCore::prefixQueries);
        counter("prefix_cache_hits", "Tokens found in the prefix cache.", EngineCore::prefixHits);
        counter("num_preemptions", "Preemptions so far.", EngineCore::preemptions);
        counter("prompt_tokens", "Prompt tokens processed.", e -> e.metrics().promptTokens());
        counter(
                "prompt_tokens_cached",
                "Prompt tokens that were cached.",
                e -> e.metrics().foundTokens());
        counter("generation_tokens", "Tokens generated.", e -> e.metrics().generationTokens());
    }

    private void promptTokensBySource() {
        String name = "vllm:prompt_tokens_by_source_total";
        page.family(name, "counter", "Prompt tokens by where their keys and values came from.");
        for (int i = 0; i < engines.size(); i++) {
            EngineMetrics metrics = engines.get(i).metrics();
            double computed = metrics.promptTokens() - metrics.foundTokens();
            page.sample(name, labels(i).with("source", "local_compute"), computed);
            page.sample(name, labels(i).with("source", "local_cache_hit"), metrics.foundTokens());
            page.sample(name, labels(i).with("source", "external_kv_transfer"), 0);
        }
        String cached = "vllm:prompt_tokens_cached_by_source_total";
        page.family(cached, "counter", "Tokens found at admission, by the tier that had them.");
        for (int i = 0; i < engines.size(); i++) {
            page.sample(cached, labels(i).with("source", "device"), engines.get(i).prefixHits());
            for (String tier : OTHER_TIERS) {
                page.sample(cached, labels(i).with("source", tier), 0);
            }
        }
    }

    private void endedByReason() {
        String name = "vllm:request_success_total";
        page.family(name, "counter", "Requests that ended, by reason.");
        for (int i = 0; i < engines.size(); i++) {
            for (FinishReason reason : FinishReason.values()) {
                page.sample(
                        name,
                        labels(i).with("finished_reason", reason.key()),
                        engines.get(i).metrics().ended(reason));
            }
        }
    }

    private void histograms() {
        for (String name : engines.getFirst().metrics().histograms().keySet()) {
            String help = LENGTHS.getOrDefault(name, PHASES.getOrDefault(name, "As vLLM's."));
            page.family("vllm:" + name, "histogram", help);
            for (int i = 0; i < engines.size(); i++) {
                Histogram histogram = engines.get(i).metrics().histograms().get(name);
                if (histogram != null) {
                    histogram.print(page, "vllm:" + name, labels(i));
                }
            }
        }
    }

    private void cacheConfig() {
        page.family("vllm:cache_config_info", "gauge", "Configuration of the KV cache.");
        for (int i = 0; i < engines.size(); i++) {
            String config =
                    ",block_size=\"%d\",enable_prefix_caching=\"%s\",gpu_memory_utilization=\"%s\",num_gpu_blocks=\"%d\""
                            .formatted(
                                    MemoryFit.BLOCK,
                                    tuning.prefixCaching() ? "True" : "False",
                                    tuning.memoryUtilization(),
                                    kvTokens / MemoryFit.BLOCK);
            page.sample("vllm:cache_config_info", "engine=\"" + i + "\"" + config, 1);
        }
    }

    private void gauge(String name, String help, ToDoubleFunction<EngineCore> value) {
        family("vllm:" + name, "gauge", help, value);
    }

    private void counter(String name, String help, ToDoubleFunction<EngineCore> value) {
        family("vllm:" + name + "_total", "counter", help, value);
    }

    private void family(String name, String type, String help, ToDoubleFunction<EngineCore> value) {
        page.family(name, type, help);
        for (int i = 0; i < engines.size(); i++) {
            page.sample(name, labels(i).plain(), value.applyAsDouble(engines.get(i)));
        }
    }

    private Labels labels(int engine) {
        return new Labels(engine, model);
    }

    private static Map<String, String> lengths() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("request_prompt_tokens", "Prompt tokens of each request.");
        all.put("request_generation_tokens", "Output tokens of each request.");
        all.put("request_max_num_generation_tokens", "Longest output of each request.");
        all.put("request_params_max_tokens", "max_tokens as asked for.");
        all.put("request_prefill_kv_computed_tokens", "KV tokens computed in prefill.");
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, String> phases() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("e2e_request_latency_seconds", "From arrival to the last token.");
        all.put("request_queue_time_seconds", "Time spent waiting.");
        all.put("request_inference_time_seconds", "Time spent running.");
        all.put("request_prefill_time_seconds", "From admission to the first token.");
        all.put("request_decode_time_seconds", "From the first to the last token.");
        return Collections.unmodifiableMap(all);
    }
}
