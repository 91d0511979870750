package dev.shakedown.reports.export;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.view.VllmView;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run as {@code vllm bench serve --save-result} writes its own (vllm/benchmarks/serve.py of
 * 0.32), by that tool's rules. What a run directory does not keep, or was not asked for, is left
 * out: the lists of every request, {@code max_output_tokens_per_s}. {@code shakedown_*} are ours.
 */
final class VllmJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private VllmJson() {}

    static String line(RunRecord run, VllmView view) {
        Map<?, ?> load = run.scenario().get("load") instanceof Map<?, ?> map ? map : Map.of();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("date", DATE.format(run.startedAt()));
        String backend = "chat".equals(load.get("api")) ? "openai-chat" : "openai";
        json.put("endpoint_type", backend);
        json.put("backend", backend);
        json.put("label", run.scenarioName());
        json.put("model_id", run.shape().model());
        json.put("num_prompts", view.completed() + view.failed());
        arrivals(json, load);
        json.put("duration", view.durationSeconds());
        json.put("completed", view.completed());
        json.put("failed", view.failed());
        json.put("total_input_tokens", view.inputTokens());
        json.put("total_output_tokens", view.outputTokens());
        json.put("request_throughput", view.requestsPerSecond());
        json.put("output_throughput", view.outputTokensPerSecond());
        json.put("total_token_throughput", view.totalTokensPerSecond());
        json.put("max_concurrent_requests", view.peakConcurrent());
        summary(json, "ttft", view.ttft());
        summary(json, "tpot", view.tpot());
        summary(json, "itl", view.itl());
        summary(json, "e2el", view.e2el());
        json.put("shakedown_run", run.id());
        json.put("shakedown_verdict", run.verdict().name());
        json.put("shakedown_simulated", run.simulated());
        return MAPPER.writeValueAsString(json) + "\n";
    }

    /** Infinity is a word here: a bare one, as vLLM has it for burstiness, is no JSON. */
    private static void arrivals(ObjectNode json, Map<?, ?> load) {
        Map<?, ?> arrivals = load.get("arrivals") instanceof Map<?, ?> map ? map : Map.of();
        Object closed = arrivals.get("closedLoop");
        if ((closed instanceof Map<?, ?> map ? map.get("users") : closed) instanceof Number users) {
            json.put("request_rate", "inf");
            json.put("burstiness", 1.0);
            json.put("max_concurrency", users.intValue());
            return;
        }
        if (arrivals.get("ramp") instanceof Map<?, ?> ramp) {
            json.put("ramp_up_strategy", String.valueOf(ramp.get("shape")));
            perSecond(ramp.get("from")).ifPresent(rate -> json.put("ramp_up_start_rps", rate));
            perSecond(ramp.get("to")).ifPresent(rate -> json.put("ramp_up_end_rps", rate));
        }
        rate(json, arrivals.get("poisson"), 1.0);
        rate(json, arrivals.get("constant"), Double.POSITIVE_INFINITY);
        if (arrivals.get("gamma") instanceof Map<?, ?> gamma
                && gamma.get("burstiness") instanceof Number shape) {
            rate(json, gamma.get("rate"), shape.doubleValue());
        }
        if (load.get("maxInFlight") instanceof Number cap) {
            json.put("max_concurrency", cap.intValue());
        }
    }

    private static void rate(ObjectNode json, @Nullable Object text, double burstiness) {
        OptionalDouble rate = perSecond(text);
        if (rate.isPresent()) {
            json.put("request_rate", rate.getAsDouble());
            if (Double.isInfinite(burstiness)) {
                json.put("burstiness", "inf");
            } else {
                json.put("burstiness", burstiness);
            }
        }
    }

    /** {@code 14/s} or {@code 90/m}, as a resolved scenario has it. */
    private static OptionalDouble perSecond(@Nullable Object text) {
        if (!(text instanceof String rate) || !rate.matches("[0-9.]+/[sm]")) {
            return OptionalDouble.empty();
        }
        double number = Double.parseDouble(rate.substring(0, rate.length() - 2));
        return OptionalDouble.of(rate.endsWith("/m") ? number / 60 : number);
    }

    private static void summary(ObjectNode json, String name, VllmView.Summary values) {
        String metric = name.toLowerCase(Locale.ROOT);
        json.put("mean_" + metric + "_ms", values.meanMs());
        json.put("median_" + metric + "_ms", values.medianMs());
        json.put("std_" + metric + "_ms", values.deviationMs());
        json.put("p99_" + metric + "_ms", values.p99Ms());
    }
}
