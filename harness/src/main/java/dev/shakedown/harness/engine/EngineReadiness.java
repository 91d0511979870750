package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.harness.cluster.endpoint.Completion;
import dev.shakedown.harness.cluster.endpoint.EndpointException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.endpoint.ServedModel;
import dev.shakedown.harness.engine.ReadyEngine.Cost;
import dev.shakedown.harness.scenario.EngineSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Waits until an engine serves: {@code /health} is 200 <em>and</em> one real completion came back
 * with tokens. Health alone is not enough: an engine was seen that passed it and died of its first
 * request.
 */
public final class EngineReadiness {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /** Ray brings its workers' lines to the log with a delay. */
    private static final Duration LINES_ON_THEIR_WAY = Duration.ofSeconds(5);

    private static final int TOKENS = 2;

    /** A signal's exit status, as shells count. */
    private static final int SIGNAL_BASE = 128;

    private final RunningEngine engine;
    private final EngineSpec spec;
    private final Duration deadline;
    private final Silence silence;
    private final Progress progress;
    private final long startNanos = System.nanoTime();
    private final Optional<EngineLog> log;
    private Cost cost = Cost.NOTHING;
    private boolean portWasSilent;
    private String lastAnswer = "nobody answered on the port";

    private EngineReadiness(
            RunningEngine engine, EngineSpec spec, Patience patience, Progress progress) {
        this.engine = engine;
        this.spec = spec;
        this.deadline = patience.deadline();
        this.silence = new Silence(patience.silence(), patience.gpuMemory(), System::nanoTime);
        this.progress = progress;
        this.log = engine.log().map(EngineLog::new);
    }

    /**
     * Returns when the engine serves.
     *
     * @throws StepFailedException at once if its process ends (with the lines that say why) or if
     *     the scenario's model is not among those served; when it is silent for too long; at the
     *     deadline otherwise
     */
    public static ReadyEngine await(
            RunningEngine engine, EngineSpec spec, Patience patience, Progress progress) {
        try (EngineClient client =
                new EngineClient(engine.baseUrl(), engine.apiKey(), engine.caFile())) {
            return new EngineReadiness(engine, spec, patience, progress).await(client);
        } catch (IOException notUsable) {
            throw new StepFailedException(
                    "no request can be sent to " + engine.baseUrl(),
                    "",
                    List.of(String.valueOf(notUsable.getMessage())),
                    "check baseUrl and caFile");
        }
    }

    /**
     * Of a simulated engine on a clock of its own: it is up, or it has ended. Nothing is asked of
     * it, and how long it took is not known.
     *
     * @throws StepFailedException if it has ended, with the lines that say why
     */
    public static ReadyEngine atOnce(VirtualRunningEngine engine, EngineSpec spec) {
        Patience none = new Patience(Duration.ZERO, Duration.ZERO, OptionalLong::empty);
        return new EngineReadiness(engine, spec, none, Progress.SILENT).atOnce(engine);
    }

    private ReadyEngine atOnce(VirtualRunningEngine simulated) {
        log.ifPresent(EngineLog::poll);
        simulated
                .exitStatus()
                .ifPresent(
                        status -> {
                            throw ended(status);
                        });
        return new ReadyEngine(
                simulated.model(),
                OptionalInt.of(simulated.maxModelLen()),
                Duration.ZERO,
                Duration.ZERO,
                Cost.NOTHING,
                log.map(EngineLog::facts).orElse(EngineFacts.NONE));
    }

    private ReadyEngine await(EngineClient client) {
        while (true) {
            log.ifPresent(lines -> lines.poll(progress));
            // Looked at before asking: an answer of somebody else on the port must not count.
            OptionalInt exit = engine.exitStatus();
            if (exit.isPresent()) {
                throw ended(exit.getAsInt());
            }
            Optional<ReadyEngine> ready = tryOnce(client);
            if (ready.isPresent() && engine.exitStatus().isEmpty()) {
                return ready.get();
            }
            if (left().isNegative()) {
                throw tooLate();
            }
            if (log.map(lines -> silence.tooLong(lines.lines())).orElse(false)) {
                throw silent();
            }
            // Each try costs a broken engine a request; a loading one only a glance.
            pause(cost.failedCompletions() == 0 ? PAUSE : PAUSE_AFTER_FAILURE);
        }
    }

    private Optional<ReadyEngine> tryOnce(EngineClient client) {
        try {
            int health = client.health();
            if (health != 200) {
                portWasSilent = true;
                lastAnswer = "/health answered " + health;
                return Optional.empty();
            }
            if (maybeSomebodyElse()) {
                lastAnswer = "a server answers on the port, but the log does not say it is ours";
                return Optional.empty();
            }
            ServedModel model = ServedModelChoice.of(spec, client.models());
            return complete(client, model);
        } catch (EndpointException refused) {
            lastAnswer = String.valueOf(refused.getMessage());
            if (refused.status() == 401 || refused.status() == 403) {
                throw refused(refused);
            }
            return Optional.empty();
        } catch (IOException nobody) {
            portWasSilent = true;
            lastAnswer = nobody.getClass().getSimpleName() + ": " + nobody.getMessage();
            return Optional.empty();
        }
    }

    private Optional<ReadyEngine> complete(EngineClient client, ServedModel model)
            throws IOException {
        progress.say("healthy; asking for one completion");
        long sent = System.nanoTime();
        Completion completion;
        try {
            completion = client.complete(model.id(), TOKENS, positive(noLonger(silence.most())));
        } catch (IOException failed) {
            cost = cost.withFailed();
            if (failed instanceof EndpointException refused && isFinal(refused.status())) {
                throw refused(refused);
            }
            throw failed;
        }
        if (completion.generationTokens() == 0) {
            cost = cost.withFailed();
            lastAnswer = "the completion came back without tokens";
            return Optional.empty();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - sent);
        log.ifPresent(this::awaitRanks);
        return Optional.of(
                new ReadyEngine(
                        model.id(),
                        model.maxModelLen(),
                        elapsed(),
                        took,
                        new Cost(
                                1,
                                cost.failedCompletions(),
                                completion.promptTokens(),
                                completion.generationTokens()),
                        log.map(EngineLog::facts).orElse(EngineFacts.NONE)));
    }

    /**
     * An engine whose port is taken loads for many seconds before it notices; meanwhile the other
     * one answers in its place.
     */
    private boolean maybeSomebodyElse() {
        return !portWasSilent && log.isPresent() && !log.get().serving();
    }

    /** Reads on until every rank has left its line, or for some seconds. */
    private void awaitRanks(EngineLog lines) {
        long until = System.nanoTime() + LINES_ON_THEIR_WAY.toNanos();
        lines.poll(progress);
        while (lines.facts().executor().equals(Optional.of("ray"))
                && lines.facts().ranks().size() < spec.parallelism().worldSize()
                && System.nanoTime() - until < 0) {
            pause(PAUSE);
            lines.poll(progress);
        }
    }

    /** Whether an answer will not change by waiting, as "too busy" or an error inside may. */
    private static boolean isFinal(int status) {
        return status < 500 && status != 408 && status != 429;
    }

    private static StepFailedException refused(EndpointException refused) {
        boolean key = refused.status() == 401 || refused.status() == 403;
        return new StepFailedException(
                key
                        ? "the endpoint refuses the API key"
                        : "the endpoint refuses a plain completion",
                "",
                List.of(Secrets.masked(String.valueOf(refused.getMessage()))),
                key ? "set attach.apiKeyFile to a file with a valid key" : "");
    }

    private StepFailedException ended(int status) {
        String how =
                status > SIGNAL_BASE
                        ? "was killed by signal " + (status - SIGNAL_BASE)
                        : "ended with status " + status;
        return new StepFailedException(
                "vLLM %s after %.0f s, before it served".formatted(how, elapsed().toMillis() / 1e3),
                "",
                log.map(EngineLog::telling).orElse(List.of()),
                engine.log().map(file -> "read " + file).orElse(""));
    }

    private StepFailedException tooLate() {
        List<String> evidence = new ArrayList<>();
        evidence.add("last answer: " + Secrets.masked(lastAnswer));
        evidence.addAll(lastLines());
        return new StepFailedException(
                "vLLM did not serve within %d s".formatted(deadline.toSeconds()),
                "",
                evidence,
                engine.log()
                        .map(file -> "read " + file + ", or raise deadlines.engineUp")
                        .orElse(
                                "read the endpoint's own log, and try again once it answers a completion"));
    }

    private StepFailedException silent() {
        Instant since = silence.since(Instant.now()).truncatedTo(ChronoUnit.SECONDS);
        List<String> evidence = new ArrayList<>(lastLines());
        evidence.add("last answer on its port: " + Secrets.masked(lastAnswer));
        return new StepFailedException(
                "vLLM %s since %s, for %d s"
                        .formatted(silence.looked(), since, silence.most().toSeconds()),
                "",
                evidence,
                "read %s; ranks that wait for each other are silent: shakedown check proves the ways between them, py-spy dump --pid PID shows where one waits. An engine that needs longer: raise deadlines.engineSilence"
                        .formatted(engine.log().map(Path::toString).orElse("its log")));
    }

    private List<String> lastLines() {
        return log.map(EngineLog::lastLines).orElse(List.of());
    }

    private Duration noLonger(Duration most) {
        return left().compareTo(most) < 0 ? left() : most;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private Duration left() {
        return deadline.minus(elapsed());
    }

    private static Duration positive(Duration duration) {
        // OkHttp takes 0 for "no limit".
        return duration.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : duration;
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while vLLM started", "", List.of(), "");
        }
    }
}
