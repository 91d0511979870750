package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.cluster.process.DurableFile;
import dev.shakedown.harness.engine.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Why a run went wrong, or that it did not: the steps of the bring-up as a ladder, and the cause
 * that the logs name.
 *
 * @param rootCause absent where all is well or no known line was found
 */
public record Diagnosis(Verdict verdict, Optional<Match> rootCause, List<Rung> ladder) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Diagnosis {
        ladder = List.copyOf(ladder);
    }

    /** What the diagnosis comes to. */
    public enum Verdict {
        /** No rung failed. */
        HEALTHY,
        /** A rung failed and a known line explains it. */
        CAUSE_FOUND,
        /** A rung failed; nothing that was collected explains it. */
        UNKNOWN
    }

    /** How a rung came out. */
    public enum Outcome {
        OK,
        FAILED,
        SKIPPED
    }

    /**
     * One step of the bring-up.
     *
     * @param node empty if nowhere in particular
     * @param evidence what was seen; may have several lines
     */
    public record Rung(String rung, String node, Outcome outcome, String evidence) {}

    /**
     * Looks for a cause if a rung failed.
     *
     * @param logs collected logs; may be missing
     * @param normal ids of signatures that mean nothing here, such as {@link
     *     FailureSignatures#NORMAL_ON_ONE_HOST}
     */
    public static Diagnosis of(
            List<Rung> ladder, Path logs, FailureSignatures signatures, Set<String> normal) {
        List<String> failed =
                ladder.stream()
                        .filter(rung -> rung.outcome() == Outcome.FAILED)
                        .flatMap(rung -> rung.evidence().lines())
                        .toList();
        if (ladder.stream().noneMatch(rung -> rung.outcome() == Outcome.FAILED)) {
            return new Diagnosis(Verdict.HEALTHY, Optional.empty(), ladder);
        }
        Optional<Match> cause =
                signatures.match(logs, normal).or(() -> signatures.match(failed, normal));
        return new Diagnosis(
                cause.isPresent() ? Verdict.CAUSE_FOUND : Verdict.UNKNOWN, cause, ladder);
    }

    /** What logs alone tell: without a known line nothing is known, not even that all is well. */
    public static Diagnosis ofLogs(Path logs, FailureSignatures signatures, Set<String> normal) {
        Optional<Match> cause = signatures.match(logs, normal);
        return new Diagnosis(
                cause.isPresent() ? Verdict.CAUSE_FOUND : Verdict.UNKNOWN, cause, List.of());
    }

    /** Writes {@link #json} whole or not at all. */
    public void write(Path file) {
        try {
            DurableFile.replace(file, json());
        } catch (IOException notWritten) {
            throw new UncheckedIOException(notWritten);
        }
    }

    /** The shape that {@code diagnose --json} prints, too; no secrets in it. */
    public String json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("verdict", verdict.name());
        json.put("rootCause", rootCause.map(Diagnosis::json).orElse(null));
        json.put("ladder", ladder.stream().map(Diagnosis::json).toList());
        return JSON.writeValueAsString(json) + "\n";
    }

    private static Map<String, Object> json(Match cause) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", cause.id());
        json.put("layer", cause.layer());
        json.put("node", cause.node());
        json.put("evidence", cause.located());
        json.put("fix", cause.fix());
        return json;
    }

    private static Map<String, Object> json(Rung rung) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rung", rung.rung());
        json.put("node", rung.node());
        json.put("verdict", rung.outcome().name());
        json.put("evidence", Secrets.masked(rung.evidence()));
        return json;
    }
}
