package dev.shakedown.harness.nightly;

import dev.shakedown.harness.cluster.endpoint.Answer;
import dev.shakedown.harness.run.CanaryAnswers;
import dev.shakedown.reports.render.SuiteReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds the greedy answers of two engines together. Two builds of one model may round differently,
 * and where two tokens are as likely either may come; what follows then differs for good. Such a
 * place is a tie. Anything else is another answer.
 */
final class Canary {
    /**
     * Natural logarithms that two tokens may be apart. Logits of 16 to 32, where those of likely
     * tokens lie, are 1/8 apart in bfloat16 (8 bits of mantissa); two of those.
     */
    static final double TIE = 0.25;

    private final List<SuiteReport.Difference> unexplained = new ArrayList<>();
    private int explained;

    private Canary() {}

    /** Both have answered the same prompts, in the same order. */
    static SuiteReport.Canary compare(CanaryAnswers baseline, CanaryAnswers candidate) {
        Canary canary = new Canary();
        int asked = Math.min(baseline.answers().size(), candidate.answers().size());
        for (int i = 0; i < asked; i++) {
            canary.hold(
                    baseline.answers().get(i).prompt(),
                    baseline.answers().get(i).answer(),
                    candidate.answers().get(i).answer());
        }
        return new SuiteReport.Canary(asked, canary.explained, canary.unexplained);
    }

    private void hold(String prompt, Answer a, Answer b) {
        if (a.text().equals(b.text())) {
            return;
        }
        int at = firstDifference(a, b);
        Optional<String> why = whyNoTie(a, b, at);
        if (why.isEmpty()) {
            explained++;
            return;
        }
        boolean tokens = !a.tokens().isEmpty() && !b.tokens().isEmpty();
        int letters = tokens ? text(a, 0, at).length() : common(a.text(), b.text());
        unexplained.add(
                new SuiteReport.Difference(
                        prompt,
                        a.text().substring(0, Math.min(letters, a.text().length())),
                        from(a.text(), letters),
                        from(b.text(), letters),
                        why.get()));
    }

    private static Optional<String> whyNoTie(Answer a, Answer b, int at) {
        if (a.tokens().isEmpty() || b.tokens().isEmpty()) {
            return Optional.of("the server gives no log probabilities that could explain it");
        }
        if (at >= a.tokens().size() || at >= b.tokens().size()) {
            return Optional.of("one answer ends where the other goes on");
        }
        Answer.Token one = a.tokens().get(at);
        Answer.Token other = b.tokens().get(at);
        double apart = Math.max(gap(one, other), gap(other, one));
        return apart <= TIE
                ? Optional.empty()
                : Optional.of(
                        Double.isFinite(apart)
                                ? String.format(
                                        Locale.ROOT,
                                        "the tokens are %.2f apart in log probability, a tie is %.2f",
                                        apart,
                                        TIE)
                                : "one arm's token is not among the likeliest of the other");
    }

    /** By how much an engine prefers its own token to the other's. */
    private static double gap(Answer.Token own, Answer.Token other) {
        return Optional.ofNullable(own.likeliest().get(other.text()))
                .map(logprob -> own.logprob() - logprob)
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static int firstDifference(Answer a, Answer b) {
        int at = 0;
        while (at < a.tokens().size()
                && at < b.tokens().size()
                && a.tokens().get(at).text().equals(b.tokens().get(at).text())) {
            at++;
        }
        return at;
    }

    private static String text(Answer answer, int from, int to) {
        return answer.tokens().subList(from, to).stream()
                .map(Answer.Token::text)
                .collect(Collectors.joining());
    }

    private static int common(String a, String b) {
        int same = 0;
        while (same < a.length() && same < b.length() && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        return same;
    }

    private static String from(String text, int letters) {
        return text.substring(Math.min(letters, text.length()));
    }
}
