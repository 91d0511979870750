package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which chunk sets which time: the arrivals are given, so that every nanosecond is exact. */
class StreamedReplyTest {
    private static final String ROLE =
            event("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
    private static final String EMPTY = event("{\"choices\":[{\"delta\":{\"content\":\"\"}}]}");
    private static final String DONE = "data: [DONE]\n\n";

    private final List<Reply> replies = new ArrayList<>();
    private final StreamedReply reply =
            new StreamedReply(
                    8,
                    new StreamedReply.Observer() {
                        @Override
                        public void tokens(int count, long nowNs) {}

                        @Override
                        public void ended(Reply ended) {
                            replies.add(ended);
                        }
                    });

    @Test
    void roleChunkIsTheFirstEventButNoFirstToken() {
        answered();
        at(200, ROLE);
        at(5000, content("a"));
        at(5020, content("b"));
        RequestRecord.Times times = ended(5030).times();
        assertThat(times.firstEventNs()).isEqualTo(200);
        assertThat(times.firstTokenNs()).isEqualTo(5000);
        assertThat(times.firstContentNs()).isEqualTo(5000);
    }

    @Test
    void emptyChunksBetweenTokensSplitNoGap() {
        answered();
        at(1000, content("a"));
        at(1010, EMPTY);
        at(1019, EMPTY);
        at(1020, content("b"));
        Reply whole = ended(1030);
        assertThat(gaps(whole)).containsExactly(20L);
        assertThat(whole.outputTokens()).isEqualTo(2);
    }

    @Test
    void reasoningIsTheFirstTokenAndTheAnswerTheFirstContent() {
        answered();
        at(1000, event("{\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}"));
        at(4000, content("so"));
        RequestRecord.Times times = ended(4010).times();
        assertThat(times.firstTokenNs()).isEqualTo(1000);
        assertThat(times.firstContentNs()).isEqualTo(4000);
    }

    @Test
    void usageChunkWithoutChoicesCountsButMovesNoTime() {
        answered();
        at(1000, content("a"));
        at(1020, content("b"));
        at(9000, event("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"));
        Reply whole = ended(9010);
        assertThat(whole.times().firstTokenNs()).isEqualTo(1000);
        assertThat(whole.times().lastTokenNs()).isEqualTo(1020);
        assertThat(whole.outputTokens()).isEqualTo(3);
        assertThat(whole.inputTokens()).hasValue(7);
        assertThat(whole.tokenSource()).isEqualTo(TokenSource.USAGE);
    }

    @Test
    void missingUsageLeavesTheCountToTheChunks() {
        answered();
        at(1000, content("a"));
        at(1020, content("b"));
        Reply whole = ended(1030);
        assertThat(whole.outputTokens()).isEqualTo(2);
        assertThat(whole.inputTokens()).isEmpty();
        assertThat(whole.tokenSource()).isEqualTo(TokenSource.CHUNKS);
    }

    @Test
    void severalTokensAChunkAreOneGapAndAllCounted() {
        answered();
        at(1000, running("abc", 3));
        at(1060, running("de", 5));
        Reply whole = ended(1070);
        assertThat(whole.firstChunkTokens()).isEqualTo(3);
        assertThat(whole.outputTokens()).isEqualTo(5);
        assertThat(gaps(whole)).containsExactly(60L);
    }

    @Test
    void severalEventsAPacketAllHaveItsTime() {
        answered();
        at(1000, content("a") + content("b") + content("c"));
        at(1060, content("d"));
        Reply whole = ended(1070);
        assertThat(whole.times().firstTokenNs()).isEqualTo(1000);
        assertThat(whole.outputTokens()).isEqualTo(4);
        assertThat(gaps(whole)).containsExactly(0L, 0L, 60L);
    }

    @Test
    void eventThatComesInTwoPacketsHasTheTimeOfTheSecond() {
        answered();
        at(1000, content("a").substring(0, 9));
        at(1500, content("a").substring(9));
        assertThat(ended(1510).times().firstTokenNs()).isEqualTo(1500);
    }

    @Test
    void keepAliveCommentsAreNoEvents() {
        answered();
        at(500, ": keep-alive\n\n");
        at(1000, content("a"));
        assertThat(ended(1010).times().firstEventNs()).isEqualTo(1000);
    }

    @Test
    void lateDoneEndsTheStreamButAddsNothingToTheAnswer() {
        answered();
        at(1000, content("a"));
        RequestRecord.Times times = ended(90_000).times();
        assertThat(times.lastTokenNs()).isEqualTo(1000);
        assertThat(times.streamEndNs()).isEqualTo(90_000);
    }

    @Test
    void answerThatIsNoEventStreamIsBrokenEmpty() {
        answered();
        at(1000, "<html><body>proxy login</body></html>");
        reply.ended(1010);
        assertThat(replies.getFirst().outcome()).isEqualTo(new Outcome.Broken("empty"));
    }

    @Test
    void whatFollowsTheEndIsNotToldTwice() {
        answered();
        at(1000, content("a") + DONE);
        reply.ended(1010);
        reply.ended(1020);
        assertThat(replies).hasSize(1);
    }

    private void answered() {
        reply.sending(0);
        reply.headers(200, 100);
    }

    private void at(long ns, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(reply.bytes(bytes, 0, bytes.length, ns)).isTrue();
    }

    /** In order, with {@code [DONE]}. */
    private Reply ended(long ns) {
        at(ns, DONE);
        reply.ended(ns);
        assertThat(replies).hasSize(1);
        assertThat(replies.getFirst().outcome()).isEqualTo(new Outcome.Completed());
        return replies.getFirst();
    }

    private static List<Long> gaps(Reply whole) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 0; i < whole.gaps().size(); i++) {
            gaps.add(whole.gaps().get(i));
        }
        return gaps;
    }

    private static String content(String text) {
        return event("{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}");
    }

    private static String running(String text, int tokens) {
        return event(
                "{\"choices\":[{\"text\":\"%s\"}],\"usage\":{\"completion_tokens\":%d}}"
                        .formatted(text, tokens));
    }

    private static String event(String json) {
        return "data: " + json + "\n\n";
    }
}
