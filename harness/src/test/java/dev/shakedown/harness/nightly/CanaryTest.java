package dev.shakedown.harness.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.endpoint.Answer;
import dev.shakedown.harness.cluster.endpoint.Answer.Token;
import dev.shakedown.harness.run.CanaryAnswers;
import dev.shakedown.harness.run.CanaryAnswers.Answered;
import dev.shakedown.reports.render.SuiteReport;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CanaryTest {
    private static final Token PARIS =
            new Token(" Paris", -.1, Map.of(" Paris", -.1, " the", -4.0));
    private static final Token STOP = new Token(".", -.2, Map.of(".", -.2, ",", -.3));
    private static final Token COMMA = new Token(",", -.25, Map.of(",", -.25, ".", -.3));

    @Test
    void sameAnswersDoNotDiffer() {
        SuiteReport.Canary canary = compare(answer(PARIS, STOP), answer(PARIS, STOP));
        assertThat(canary.differs()).isFalse();
        assertThat(canary.text()).isEqualTo("1 of 1 greedy answers are the same");
    }

    /** Full stop and comma are as likely in both: another rounding makes the other win. */
    @Test
    void aTieExplainsADifference() {
        SuiteReport.Canary canary = compare(answer(PARIS, STOP), answer(PARIS, COMMA));
        assertThat(canary.differs()).isFalse();
        assertThat(canary.explained()).isEqualTo(1);
    }

    @Test
    void aTokenThatOneArmHoldsForUnlikelyIsAnotherAnswer() {
        Token the = new Token(" the", -.1, Map.of(" the", -.1, " Paris", -.15));
        SuiteReport.Canary canary = compare(answer(PARIS, STOP), answer(the, STOP));
        assertThat(canary.unexplained())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.same()).isEmpty();
                            assertThat(one.baseline()).isEqualTo(" Paris.");
                            assertThat(one.candidate()).isEqualTo(" the.");
                            assertThat(one.why()).contains("3.90 apart");
                        });
    }

    @Test
    void garbageIsShownFromWhereItBegins() {
        Token noise = new Token("¤¤", -.1, Map.of("¤¤", -.1));
        SuiteReport.Canary canary = compare(answer(PARIS, STOP), answer(PARIS, noise));
        assertThat(canary.unexplained().getFirst().same()).isEqualTo(" Paris");
        assertThat(canary.unexplained().getFirst().why()).contains("not among the likeliest");
    }

    @Test
    void withoutLogProbabilitiesNothingExplainsADifference() {
        SuiteReport.Canary canary =
                compare(new Answer(" Paris.", List.of()), new Answer(" Pars.", List.of()));
        assertThat(canary.unexplained())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.same()).isEqualTo(" Par");
                            assertThat(one.why()).contains("no log probabilities");
                        });
    }

    private static SuiteReport.Canary compare(Answer a, Answer b) {
        return Canary.compare(answers(a), answers(b));
    }

    private static CanaryAnswers answers(Answer answer) {
        return new CanaryAnswers(1, List.of(new Answered("The capital of France is", answer)));
    }

    private static Answer answer(Token... tokens) {
        return new Answer(
                String.join("", Stream.of(tokens).map(Token::text).toList()), List.of(tokens));
    }
}
