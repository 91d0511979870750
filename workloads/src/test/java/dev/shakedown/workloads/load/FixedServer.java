package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Answers every request alike on a virtual clock: one token after each gap. */
final class FixedServer implements SimulatedServer {
    private final long gapNs;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::ns).thenComparingLong(Due::number));

    /** What a request asked for, with its number. */
    record Ask(long number, List<PromptPart> prompt, int outputTokens) {}

    private final List<Ask> asked = new ArrayList<>();
    private long nowNs;
    private long count;
    private int aborted;

    FixedServer(long gapNs) {
        this.gapNs = gapNs;
    }

    private record Due(long ns, long number, Runnable action) {}

    List<Ask> asked() {
        return asked;
    }

    int aborted() {
        return aborted;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public void runNext(long untilNs) {
        if (due.isEmpty() || due.peek().ns > untilNs) {
            nowNs = untilNs;
        } else {
            Due next = due.remove();
            nowNs = next.ns;
            next.action.run();
        }
    }

    @Override
    public void at(long ns, Runnable action) {
        due.add(new Due(ns, count++, action));
    }

    @Override
    public Runnable submit(long number, List<PromptPart> prompt, PromptPart answer, Tokens tokens) {
        int outputTokens = answer.tokens();
        asked.add(new Ask(number, prompt, outputTokens));
        for (int i = 1; i <= outputTokens; i++) {
            int token = i;
            at(nowNs + token * gapNs, () -> tokens.token(token, token == outputTokens));
        }
        return () -> aborted++;
    }

    @Override
    public int shortestPrompt(Api api) {
        return 1;
    }

    @Override
    public Optional<String> metrics() {
        return Optional.of("vllm:prompt_tokens_total{engine=\"0\"} " + asked.size());
    }
}
