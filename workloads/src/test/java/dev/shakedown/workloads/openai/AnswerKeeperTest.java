package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an answer was, from the bytes of its stream. */
class AnswerKeeperTest {

    @Test
    void idsAndTextOfAllEventsMakeTheAnswer() {
        Answer answer =
                answer(
                        """
                        {"choices":[{"text":" so","prompt_token_ids":[7,8],"token_ids":[11, 12]}]}
                        {"choices":[{"token_ids":[ 13 ],"text":" what"}]}
                        {"choices":[],"usage":{"completion_tokens":3}}
                        """);
        assertThat(answer.tokenIds()).containsExactly(11, 12, 13);
        assertThat(answer.text()).isEqualTo(" so what");
    }

    @Test
    void chatKeepsItsContentAndNoReasoning() {
        Answer answer =
                answer(
                        """
                        {"choices":[{"delta":{"role":"assistant","content":""}}]}
                        {"choices":[{"delta":{"reasoning_content":"hm"}}]}
                        {"choices":[{"delta":{"content":"a \\"b\\"","reasoning":null}}]}
                        {"choices":[{"delta":{"content":null}}]}
                        {"choices":[{"delta":{"content":"\\n\u00fc"},"token_ids":null}]}
                        """);
        assertThat(answer.text()).isEqualTo("a \"b\"\n\u00fc");
        assertThat(answer.tokenIds()).isEmpty();
    }

    /** A character beyond the first plane is two escapes, and may come in two chunks. */
    @Test
    void escapeThatIsSplitOverEventsIsOneCharacter() {
        Answer answer =
                answer(
                        """
                        {"choices":[{"text":"\\ud83d"}]}
                        {"choices":[{"text":"\\ude00"}]}
                        """);
        assertThat(answer.text()).isEqualTo("\ud83d\ude00");
    }

    @Test
    void hostileAnswersAreKeptAsFarAsTheyCanBe() {
        Answer answer =
                answer(
                        """
                        {"choices":[{"text":"\\x \t \\u12","token_ids":["a",99999999999,{},-5,null]}]}
                        """);
        assertThat(answer.text()).contains("12");
        assertThat(answer.tokenIds()).containsExactly(Integer.MAX_VALUE, 5);
    }

    @Test
    void nothingIsKeptUnlessItIsAskedFor() {
        assertThat(reply(false, "{\"choices\":[{\"text\":\"a\"}]}").answer()).isSameAs(Answer.NONE);
    }

    private static Answer answer(String events) {
        return reply(true, events).answer();
    }

    private static Reply reply(boolean keep, String events) {
        List<Reply> replies = new ArrayList<>();
        StreamedReply reply =
                new StreamedReply(
                        8,
                        new StreamedReply.Observer() {
                            @Override
                            public void tokens(int count, long nowNs) {}

                            @Override
                            public void ended(Reply ended) {
                                replies.add(ended);
                            }
                        },
                        keep);
        reply.sending(0);
        reply.headers(200, 1);
        String stream = events.lines().map(l -> "data: " + l + "\n\n").reduce("", String::concat);
        byte[] bytes = (stream + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);
        // In pieces, as they may come.
        for (int i = 0; i < bytes.length; i += 7) {
            assertThat(reply.bytes(bytes, i, Math.min(7, bytes.length - i), 2)).isTrue();
        }
        reply.ended(3);
        return replies.getFirst();
    }
}
