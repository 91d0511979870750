package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import java.util.OptionalInt;

/**
 * How one exchange went.
 *
 * @param inputTokens the server's count, if it gave one
 * @param error what went wrong in words, empty if nothing did
 * @param answer what was said, where that is kept
 */
public record Reply(
        RequestRecord.Times times,
        OptionalInt inputTokens,
        int outputTokens,
        int firstChunkTokens,
        TokenSource tokenSource,
        ChunkGaps gaps,
        Outcome outcome,
        int status,
        String error,
        Answer answer) {}
