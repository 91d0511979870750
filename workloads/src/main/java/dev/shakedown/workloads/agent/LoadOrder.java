package dev.shakedown.workloads.agent;

import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.Slo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;

/**
 * What a load agent is told. It is shown by Ray's dashboard, so it holds no secret.
 *
 * @param runStartedAt wall clock; all times of the agent count from then
 */
public record LoadOrder(URI baseUrl, String model, LoadPlan plan, Slo slo, Instant runStartedAt) {

    /** Beside the agent; no word looks like it. */
    public static final String FILE = "order.json";

    /** As one word of a command line. */
    public String word() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json().getBytes(StandardCharsets.UTF_8));
    }

    /** As the content of a file {@link #FILE}, where the word is too long. */
    public String json() {
        return AgentJson.text(this);
    }

    /**
     * From {@link #word}, or from a file.
     *
     * @param argument the word, or {@link #FILE}
     * @param folder of the file
     */
    static LoadOrder of(String argument, Path folder) {
        if (!argument.equals(FILE)) {
            return of(argument);
        }
        try {
            return AgentJson.read(Files.readString(folder.resolve(FILE)), LoadOrder.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the load's order", e);
        }
    }

    /** From {@link #word}. */
    static LoadOrder of(String word) {
        byte[] json = Base64.getUrlDecoder().decode(word);
        return AgentJson.read(new String(json, StandardCharsets.UTF_8), LoadOrder.class);
    }
}
