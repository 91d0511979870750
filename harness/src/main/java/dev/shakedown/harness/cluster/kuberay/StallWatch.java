package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.kuberay.Stall.Hope;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How long which stall has lasted: one that cannot heal ends the step after a moment, one that can
 * is said once it has lasted. A pod that fails and is replaced counts as the same stall.
 */
final class StallWatch {
    private static final Duration WORTH_A_LINE = Duration.ofSeconds(10);
    private static final Duration FORGOTTEN = Duration.ofSeconds(10);

    private final Progress progress;
    private final LongSupplier nanoTime;
    private final Map<String, Spell> spells = new LinkedHashMap<>();
    private final Set<String> said = new HashSet<>();

    private record Spell(Stall stall, long beganNanos, long seenNanos) {}

    StallWatch(Progress progress, LongSupplier nanoTime) {
        this.progress = progress;
        this.nanoTime = nanoTime;
    }

    /** Returns the stall that ends the step, if one does. */
    Optional<Stall> look(List<Stall> stalls) {
        long now = nanoTime.getAsLong();
        for (Stall stall : stalls) {
            Spell known = spells.get(stall.key());
            long began = known == null ? now : known.beganNanos();
            spells.put(stall.key(), new Spell(stall, began, now));
        }
        spells.values().removeIf(spell -> now - spell.seenNanos() > FORGOTTEN.toNanos());
        for (Spell spell : spells.values()) {
            long lasted = now - spell.beganNanos();
            if (lasted >= spell.stall().hope().patience().toNanos()) {
                return Optional.of(spell.stall());
            }
            if (spell.stall().hope() == Hope.SOME
                    && lasted >= WORTH_A_LINE.toNanos()
                    && said.add(spell.stall().key())) {
                progress.say("waiting: " + spell.stall().what());
            }
        }
        return Optional.empty();
    }

    /** The one that has lasted longest. */
    Optional<Stall> longest() {
        return spells.values().stream().map(Spell::stall).findFirst();
    }
}
