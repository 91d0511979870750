package dev.shakedown.harness.nightly;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One start of an engine that a night wants.
 *
 * @param scenario its name
 * @param pair from 1
 * @param arm whose engine it is
 * @param again the second of a control pair, where both starts are the baseline's
 */
record Slot(String scenario, Stage stage, int pair, Arm arm, boolean again) {

    /** Which engine. */
    enum Arm {
        BASELINE("A"),
        CANDIDATE("B");

        private final String letter;

        Arm(String letter) {
            this.letter = letter;
        }

        String letter() {
            return letter;
        }
    }

    /** What a start is for. */
    enum Stage {
        /** Fills caches and asks the canary's prompts; nothing of it is compared. */
        WARM,
        /** The baseline against itself. */
        CONTROL,
        /** The comparison. */
        PAIRS,
        /** Fresh pairs for what looked worse. */
        CONFIRM
    }

    /** One of each arm. */
    static List<Slot> warm(String scenario) {
        return List.of(
                new Slot(scenario, Stage.WARM, 1, Arm.BASELINE, false),
                new Slot(scenario, Stage.WARM, 1, Arm.CANDIDATE, false));
    }

    /** The baseline, twice a pair. */
    static List<Slot> control(String scenario, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .boxed()
                .flatMap(
                        pair ->
                                List.of(
                                        new Slot(
                                                scenario, Stage.CONTROL, pair, Arm.BASELINE, false),
                                        new Slot(scenario, Stage.CONTROL, pair, Arm.BASELINE, true))
                                        .stream())
                .toList();
    }

    /** ABBA ABBA …: what drifts slowly hits both arms alike. */
    static List<Slot> pairs(String scenario, Stage stage, int from, int to) {
        List<Slot> slots = new ArrayList<>();
        for (int pair = from; pair <= to; pair++) {
            boolean baselineFirst = pair % 2 == 1;
            Slot a = new Slot(scenario, stage, pair, Arm.BASELINE, false);
            Slot b = new Slot(scenario, stage, pair, Arm.CANDIDATE, false);
            slots.addAll(baselineFirst ? List.of(a, b) : List.of(b, a));
        }
        return slots;
    }

    /** Under which the night's log has it. */
    String key() {
        return "%s/%s/%d/%s%s".formatted(scenario, word(), pair, arm.letter(), again ? "2" : "");
    }

    /** As people call it. */
    String text() {
        return switch (stage) {
            case WARM -> "first start of %s".formatted(arm.letter());
            case CONTROL -> "control %d, A%s".formatted(pair, again ? " again" : "");
            case PAIRS -> "pair %d, %s".formatted(pair, arm.letter());
            case CONFIRM -> "fresh pair %d, %s".formatted(pair, arm.letter());
        };
    }

    private String word() {
        return stage.name().toLowerCase(Locale.ROOT);
    }
}
