package dev.shakedown.workloads.agent;

import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.Slo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * What a load agent is told. It is shown by Ray's dashboard, so it holds no secret.
 *
 * @param runStartedAt wall clock; all times of the agent count from then
 */
public record LoadOrder(URI baseUrl, String model, LoadPlan plan, Slo slo, Instant runStartedAt) {

    /** As one word of a command line. */
    public String word() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(AgentJson.text(this).getBytes(StandardCharsets.UTF_8));
    }

    /** From {@link #word}. */
    static LoadOrder of(String word) {
        byte[] json = Base64.getUrlDecoder().decode(word);
        return AgentJson.read(new String(json, StandardCharsets.UTF_8), LoadOrder.class);
    }
}
