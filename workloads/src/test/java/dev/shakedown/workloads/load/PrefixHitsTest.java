package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.openai.PromptPart;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixHitsTest {
    private final PrefixHits hits = new PrefixHits();

    @Test
    void promptsOfTheirOwnAreNeverFound() {
        hits.add(List.of(new PromptPart(100, 1)));
        hits.add(List.of(new PromptPart(100, 2)));

        assertThat(hits.tokens(1, 0)).isZero();
    }

    @Test
    void prefixIsFoundByAllButItsFirstRequest() {
        add(40, 1, 5);
        add(40, 2, 1);

        assertThat(hits.tokens(1, 0)).isEqualTo(4 * 40);
    }

    @Test
    void onlyWholeBlocksAreFound() {
        add(40, 1, 5);

        assertThat(hits.tokens(16, 0)).isEqualTo(4 * 32);
        assertThat(hits.tokens(128, 0)).isZero();
    }

    @Test
    void prefixThatWasCutIsTakenForItsFirst() {
        add(40, 1, 5);
        add(24, 1, 1);

        assertThat(hits.tokens(1, 0)).isEqualTo(5 * 40);
        assertThat(hits.tokens(16, 0)).isEqualTo(5 * 32);
    }

    @Test
    void chatsShareTheirTemplateBeforeAnyPrefix() {
        add(40, 1, 5);
        hits.add(List.of(new PromptPart(100, 1)));

        assertThat(hits.tokens(1, 10)).isEqualTo(4 * 40 + 5 * 10);
        assertThat(hits.tokens(16, 10)).isEqualTo(4 * 48);
        assertThat(hits.tokens(16, 24)).isEqualTo(4 * 64 + 16);
    }

    @Test
    void partIsFoundWhereAllBeforeItIsTheSame() {
        PromptPart a = new PromptPart(20, 1);
        PromptPart b = new PromptPart(20, 2);
        PromptPart own = new PromptPart(10, 100);
        hits.add(List.of(a, b, own));
        hits.add(List.of(a, b, own));
        hits.add(List.of(a, own));
        hits.add(List.of(b, a, own));

        assertThat(hits.tokens(1, 0)).isEqualTo(2 * 20 + 20);
        // Of 20 and of 40 tokens, 16 and 32 are in whole blocks.
        assertThat(hits.tokens(16, 0)).isEqualTo(2 * 16 + 16);
    }

    /** Of 100 tokens, 99 were computed. */
    @Test
    void laterTurnFindsAllThatWasSaidBeforeInWholeBlocks() {
        hits.add(List.of(new PromptPart(60, 1)));
        hits.addLater(100);
        hits.addLater(161);

        assertThat(hits.tokens(1, 0)).isEqualTo(99 + 160);
        assertThat(hits.tokens(16, 0)).isEqualTo(96 + 160);
        assertThat(hits.tokens(16, 30)).isEqualTo(96 + 160);
    }

    private void add(int tokens, long prefix, int times) {
        for (int i = 0; i < times; i++) {
            hits.add(List.of(new PromptPart(tokens, prefix), new PromptPart(10, 100 + i)));
        }
    }
}
