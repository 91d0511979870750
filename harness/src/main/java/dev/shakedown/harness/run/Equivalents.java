package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.SharedPrefix;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.load.Trace;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The command lines that do the same by hand, so that the figures can be checked with another tool.
 */
final class Equivalents {
    private Equivalents() {}

    /** The engine's own command line and the load's, as far as the run came. */
    static Map<String, String> of(RunContext run) {
        Map<String, String> lines = new LinkedHashMap<>();
        run.engineCommand()
                .ifPresent(command -> lines.put("vllm serve", VllmCommand.shellLine(command)));
        Optional<RunningEngine> engine = run.engine();
        Optional<LoadPlan> plan = run.scenario().load();
        if (engine.isPresent()
                && plan.isPresent()
                && run.engineUp().isPresent()
                && run.scenario().series().isEmpty()
                && !run.scenario().virtualClock()) {
            Served served =
                    new Served(
                            run.engineUp().get().ready().model(),
                            run.engineCommand().flatMap(VllmCommand::model));
            long requests =
                    run.load()
                            .map(load -> load.totals().sent())
                            .orElseGet(() -> expectedRequests(plan.get()));
            benchServe(
                            plan.get(),
                            engine.get().replicas().stream().map(RunningEngine::baseUrl).toList(),
                            served,
                            requests)
                    .ifPresent(line -> lines.put("vllm bench serve", line));
        }
        return lines;
    }

    /**
     * What answers.
     *
     * @param name what requests name
     * @param files the folder or repository with the tokenizer, as far as it is known
     */
    record Served(String name, Optional<String> files) {
        /** That tool looks for a tokenizer under the name, which may be no repository. */
        String flags() {
            return "--model "
                    + name
                    + files.filter(where -> !where.equals(name) && !where.startsWith("builtin:"))
                            .map(where -> " --tokenizer " + where)
                            .orElse("");
        }
    }

    /**
     * Empty where that tool has no such load, as over several endpoints.
     *
     * @param baseUrls that share the load
     * @param requests how many requests that tool should send: those of warm-up and measurement
     */
    static Optional<String> benchServe(
            LoadPlan plan, List<URI> baseUrls, Served served, long requests) {
        return baseUrls.size() > 1
                ? Optional.empty()
                : dataset(plan)
                        .map(
                                dataset ->
                                        benchServe(
                                                plan,
                                                baseUrls.getFirst(),
                                                served,
                                                requests,
                                                dataset));
    }

    private static String benchServe(
            LoadPlan plan, URI baseUrl, Served served, long requests, String dataset) {
        List<String> line = new ArrayList<>(List.of("vllm bench serve"));
        line.add(plan.api() == Api.CHAT ? "--backend openai-chat" : "--backend openai");
        line.add("--base-url " + baseUrl);
        line.add(
                plan.api() == Api.CHAT
                        ? "--endpoint /v1/chat/completions"
                        : "--endpoint /v1/completions");
        line.add(served.flags());
        line.add(dataset);
        line.add("--num-prompts " + Math.max(1, requests));
        line.add(arrivals(plan));
        line.add("--ignore-eos --temperature 0 --seed " + plan.prompts().seed());
        line.add("--percentile-metrics ttft,tpot,itl,e2el");
        return String.join(" ", line);
    }

    private static Optional<String> dataset(LoadPlan plan) {
        Prompts prompts = plan.prompts();
        if (prompts.sessions().isPresent()) {
            return Optional.empty();
        }
        return switch (prompts.text()) {
            case PromptText.Words _ ->
                    prompts.sharedPrefix().isPresent()
                            ? prompts.sharedPrefix().flatMap(shared -> repetition(prompts, shared))
                            : Optional.of(random(prompts));
            case PromptText.Blocks _ ->
                    plan.arrivals() instanceof Arrivals.Replay replay
                            ? Optional.of(timedTrace(replay))
                            : Optional.empty();
            case PromptText.Given given -> Optional.of(given(given, prompts.outputTokens()));
        };
    }

    /** It has one length; the middle of ours stands for it. */
    private static String random(Prompts prompts) {
        return "--dataset-name random --random-input-len %d --random-output-len %d"
                .formatted(prompts.inputTokens().typical(), prompts.outputTokens().typical());
    }

    /** There every prompt has a prefix. It takes them in turns and shuffles; we draw. */
    private static Optional<String> repetition(Prompts prompts, SharedPrefix shared) {
        if (shared.ratio() != 1) {
            return Optional.empty();
        }
        return Optional.of(
                ("--dataset-name prefix_repetition --prefix-repetition-prefix-len %d"
                                + " --prefix-repetition-suffix-len %d"
                                + " --prefix-repetition-num-prefixes %d"
                                + " --prefix-repetition-output-len %d")
                        .formatted(
                                shared.tokens(),
                                Math.max(1, prompts.inputTokens().typical() - shared.tokens()),
                                shared.count(),
                                prompts.outputTokens().typical()));
    }

    private static String given(PromptText.Given given, TokenLengths output) {
        boolean listed = output instanceof TokenLengths.Listed;
        return switch (given.format()) {
            case SHARE_GPT ->
                    "--dataset-name sharegpt --dataset-path "
                            + given.file()
                            + (listed ? "" : " --sharegpt-output-len " + output.typical());
            case JSON_LINES ->
                    "--dataset-name custom --dataset-path %s --skip-chat-template --custom-output-len %d"
                            .formatted(given.file(), listed ? -1 : output.typical());
        };
    }

    /** That tool reads Mooncake's traces only, and takes seconds. */
    private static String timedTrace(Arrivals.Replay replay) {
        return "--dataset-name timed_trace --dataset-path %s --self-timed --timed-trace-chunk-hash-size %d --timed-trace-sec-multiplier %s"
                .formatted(
                        replay.trace().file(),
                        Trace.BLOCK_TOKENS,
                        BigDecimal.valueOf(0.001 / replay.speed())
                                .round(new MathContext(6))
                                .stripTrailingZeros()
                                .toPlainString());
    }

    /**
     * How many requests a plan will send, as far as its schedule tells; for a closed loop a round
     * number.
     */
    static long expectedRequests(LoadPlan plan) {
        Duration whole = plan.warmUp().plus(plan.duration());
        return switch (plan.arrivals()) {
            case Arrivals.Open open ->
                    plan.prompts().requestsPerArrival()
                            * Math.round(open.expected(whole.toMillis() / 1e3));
            case Arrivals.ClosedLoop closed -> 100L * closed.concurrency();
        };
    }

    private static String arrivals(LoadPlan plan) {
        return switch (plan.arrivals()) {
            case Arrivals.Constant constant ->
                    "--request-rate "
                            + rate(constant.ratePerSecond())
                            + " --burstiness inf"
                            + cap(plan);
            case Arrivals.Poisson poisson ->
                    "--request-rate " + rate(poisson.ratePerSecond()) + cap(plan);
            case Arrivals.Gamma(double rate, double burstiness) ->
                    "--request-rate %s --burstiness %s".formatted(rate(rate), burstiness)
                            + cap(plan);
            // That tool ramps over all of its prompts, and in whole requests a second.
            case Arrivals.Ramp ramp ->
                    "--ramp-up-strategy %s --ramp-up-start-rps %d --ramp-up-end-rps %d"
                                    .formatted(
                                            ramp.exponential() ? "exponential" : "linear",
                                            Math.max(1, Math.round(ramp.fromPerSecond())),
                                            Math.max(1, Math.round(ramp.toPerSecond())))
                            + cap(plan);
            // That tool has one rate: ours on average.
            case Arrivals.Stages stages -> "--request-rate " + rate(mean(stages, plan)) + cap(plan);
            case Arrivals.Replay _ when plan.prompts().text() instanceof PromptText.Blocks ->
                    cap(plan).strip();
            case Arrivals.Replay replay -> "--request-rate " + rate(mean(replay, plan)) + cap(plan);
            case Arrivals.ClosedLoop closed ->
                    "--request-rate inf --max-concurrency " + closed.concurrency();
        };
    }

    private static double mean(Arrivals.Open arrivals, LoadPlan plan) {
        return arrivals.meanRate(Duration.ZERO, plan.warmUp().plus(plan.duration()));
    }

    private static String cap(LoadPlan plan) {
        return " --max-concurrency " + plan.maxInFlight();
    }

    private static String rate(double perSecond) {
        return perSecond == Math.rint(perSecond)
                ? String.valueOf((long) perSecond)
                : String.format(Locale.ROOT, "%.3f", perSecond);
    }
}
