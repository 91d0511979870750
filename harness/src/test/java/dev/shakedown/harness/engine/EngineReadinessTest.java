package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.EngineSpec.Executor;
import dev.shakedown.harness.scenario.Parallelism;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EngineReadinessTest {
    private static final String MODELS =
            "{\"data\":[{\"id\":\"tiny\",\"root\":\"/models/tiny\",\"max_model_len\":2048}]}";
    private static final String COMPLETION =
            "{\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path folder;

    private final MockWebServer server = new MockWebServer();
    private final List<String> asked = new ArrayList<>();
    private final AtomicInteger unhealthyAnswers = new AtomicInteger();
    private final AtomicInteger brokenCompletions = new AtomicInteger();
    private volatile String models = MODELS;
    private volatile String completion = COMPLETION;
    private volatile int refusal;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        return answer(request);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEngineIsReadyAfterHealthAndOneRealCompletion() {
        unhealthyAnswers.set(2);

        ReadyEngine ready = await(engine(Optional.empty(), OptionalInt.empty()), spec("m"), LONG);

        assertThat(ready.model()).isEqualTo("tiny");
        assertThat(ready.maxModelLen()).hasValue(2048);
        assertThat(ready.cost()).isEqualTo(new ReadyEngine.Cost(1, 0, 4, 2));
        assertThat(ready.facts()).isEqualTo(EngineFacts.NONE);
        assertThat(asked)
                .containsExactly(
                        "/base/health",
                        "/base/health",
                        "/base/health",
                        "/base/v1/models",
                        "/base/v1/completions Bearer k");
    }

    @Test
    void anEngineThatIsHealthyButCannotCompleteIsNotReady() {
        brokenCompletions.set(1);

        ReadyEngine ready = await(engine(Optional.empty(), OptionalInt.empty()), spec("m"), LONG);

        assertThat(ready.cost()).isEqualTo(new ReadyEngine.Cost(1, 1, 4, 2));
    }

    @Test
    void aCompletionWithoutTokensDoesNotCount() {
        completion = "{\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":0}}";

        assertThatThrownBy(
                        () ->
                                await(
                                        engine(Optional.empty(), OptionalInt.empty()),
                                        spec("m"),
                                        Duration.ofMillis(300)))
                .hasMessage("vLLM did not serve within 0 s")
                .extracting(e -> ((StepFailedException) e).evidence().getFirst())
                .isEqualTo("last answer: the completion came back without tokens");
    }

    @Test
    void aDeadProcessFailsAtOnceWithTheLinesThatSayWhy() {
        Path log = SampleLogs.file("broken-vllm-kv-cache-too-large.log");
        long start = System.nanoTime();

        assertThatThrownBy(
                        () -> await(engine(Optional.of(log), OptionalInt.of(1)), spec("m"), LONG))
                .hasMessageContaining("vLLM ended with status 1")
                .asInstanceOf(InstanceOfAssertFactories.type(StepFailedException.class))
                .satisfies(
                        failed -> {
                            assertThat(failed.evidence())
                                    .anyMatch(line -> line.contains("less than requested memory"));
                            assertThat(failed.next()).contains(log.toString());
                        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG.dividedBy(2));
        assertThat(asked).as("somebody else's server must not be taken for it").isEmpty();
    }

    @Test
    void aServerOfSomebodyElseOnThePortIsNotTakenForTheEngine() throws IOException {
        Path log = folder.resolve("vllm.log");
        Files.writeString(log, "INFO still loading\n");
        AtomicInteger looks = new AtomicInteger();
        URI base = URI.create("http://127.0.0.1:" + server.getPort() + "/base");
        RunningEngine diesAfterSomeLooks =
                new TestEngine(
                        base,
                        Optional.empty(),
                        Optional.of(log),
                        () ->
                                looks.incrementAndGet() > 4
                                        ? OptionalInt.of(1)
                                        : OptionalInt.empty());

        assertThatThrownBy(() -> await(diesAfterSomeLooks, spec("m"), LONG))
                .hasMessageContaining("vLLM ended with status 1");
        assertThat(asked).containsOnly("/base/health");
    }

    @Test
    void aKilledProcessIsNamedWithItsSignal() {
        assertThatThrownBy(
                        () -> await(engine(Optional.empty(), OptionalInt.of(137)), spec("m"), LONG))
                .hasMessageContaining("was killed by signal 9");
    }

    @Test
    void silenceEndsAtTheDeadlineWithTheLastLines() throws IOException {
        Path log = folder.resolve("vllm.log");
        Files.writeString(log, "INFO waiting for something\n");
        unhealthyAnswers.set(Integer.MAX_VALUE);

        assertThatThrownBy(
                        () ->
                                await(
                                        engine(Optional.of(log), OptionalInt.empty()),
                                        spec("m"),
                                        Duration.ofMillis(400)))
                .asInstanceOf(InstanceOfAssertFactories.type(StepFailedException.class))
                .extracting(StepFailedException::evidence)
                .isEqualTo(
                        List.of("last answer: /health answered 503", "INFO waiting for something"));
    }

    @Test
    void theModelIsChosenByNameThenByIdOrRoot() {
        models =
                "{\"data\":[{\"id\":\"a\",\"root\":\"org/a\"},{\"id\":\"b\",\"root\":\"org/b\"},"
                        + "{\"id\":\"c\"}]}";

        assertThat(modelFor(spec("org/b"))).isEqualTo("b");
        assertThat(modelFor(spec("a"))).isEqualTo("a");
        assertThat(modelFor(named("org/b", "c"))).isEqualTo("c");
    }

    @Test
    void aModelThatIsNotServedFailsAtOnceAndListsWhatIs() {
        models = "{\"data\":[{\"id\":\"a\",\"root\":\"org/a\"},{\"id\":\"c\"}]}";

        assertThatThrownBy(() -> modelFor(spec("org/b")))
                .hasMessage("org/b is not served")
                .extracting(e -> ((StepFailedException) e).evidence())
                .isEqualTo(List.of("served: a (org/a)", "served: c"));
        assertThatThrownBy(() -> modelFor(named("org/a", "z")))
                .hasMessage("engine.servedModelName z is not served");
    }

    @Test
    void anEngineThatRefusesPlainCompletionsFailsAtOnce() {
        refusal = 400;

        assertThatThrownBy(() -> modelFor(spec("m")))
                .hasMessage("the endpoint refuses a plain completion");
        refusal = 401;
        assertThatThrownBy(() -> modelFor(spec("m")))
                .hasMessage("the endpoint refuses the API key");
    }

    @Test
    void ranksWhoseLinesRayBringsLateAreWaitedFor() throws IOException {
        Path log = folder.resolve("vllm.log");
        Files.writeString(log, rankLine(0) + "INFO:     Application startup complete.\n");
        List<String> said = new ArrayList<>();
        Progress bringsTheSecond =
                new Progress() {
                    @Override
                    public void say(String line) {
                        said.add(line);
                        if (line.startsWith("healthy")) {
                            append(log, rankLine(1));
                        }
                    }

                    @Override
                    public void bar(String name, double fraction) {
                        said.add(name + " " + fraction);
                    }
                };
        EngineSpec twoRanks =
                new EngineSpec(
                        "m",
                        Optional.empty(),
                        Optional.empty(),
                        new Parallelism(2, 1, 1),
                        Executor.RAY,
                        List.of(),
                        Map.of(),
                        Optional.empty());

        ReadyEngine ready =
                EngineReadiness.await(
                        engine(Optional.of(log), OptionalInt.empty()),
                        twoRanks,
                        Patience.until(LONG),
                        bringsTheSecond);

        assertThat(ready.facts().ranks()).extracting(RankPlace::rank).containsExactly(0, 1);
        assertThat(said).contains("ranks 1.0");
    }

    @Test
    void theLogsFactsComeWithTheAnswer() {
        ReadyEngine ready =
                await(
                        engine(Optional.of(SampleLogs.file("vllm-tp2.log")), OptionalInt.empty()),
                        spec("m"),
                        LONG);

        assertThat(ready.facts().ranks()).hasSize(2);
    }

    @Test
    void anEngineThatStartsWithoutAWordIsNotWaitedForUntilItsDeadline() throws IOException {
        unhealthyAnswers.set(Integer.MAX_VALUE);
        Path log = Files.writeString(folder.resolve("vllm.log"), "loading\nwaiting for rank 1\n");
        Patience patience = new Patience(LONG, Duration.ofMillis(300), () -> OptionalLong.of(7));

        assertThatThrownBy(
                        () ->
                                EngineReadiness.await(
                                        engine(Optional.of(log), OptionalInt.empty()),
                                        spec("m"),
                                        patience,
                                        Progress.SILENT))
                .hasMessageContaining(
                        "has written no line, and no GPU's memory has changed, since 20")
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        silent -> {
                            assertThat(silent.evidence()).contains("waiting for rank 1");
                            assertThat(silent.next())
                                    .contains(log.toString(), "deadlines.engineSilence");
                        });
    }

    private String modelFor(EngineSpec spec) {
        return await(engine(Optional.empty(), OptionalInt.empty()), spec, LONG).model();
    }

    private static ReadyEngine await(RunningEngine engine, EngineSpec spec, Duration deadline) {
        return EngineReadiness.await(engine, spec, Patience.until(deadline), Progress.SILENT);
    }

    private synchronized MockResponse answer(RecordedRequest request) {
        String path = request.getUrl().encodedPath();
        boolean completes = path.equals("/base/v1/completions");
        asked.add(path + (completes ? " " + request.getHeaders().get("Authorization") : ""));
        return switch (path) {
            case "/base/health" -> status(unhealthyAnswers.getAndDecrement() > 0 ? 503 : 200);
            case "/base/v1/models" -> body(models);
            case "/base/v1/completions" -> completion();
            default -> status(404);
        };
    }

    private static String rankLine(int rank) {
        return "(RayWorkerProc pid=%d, ip=10.0.0.%d) (Worker pid=%d) INFO 11-23 20:44:01 [p.py:1]"
                        .formatted(10 + rank, rank, 10 + rank)
                + " rank %d in world size 2 is assigned as DP rank 0, PP rank 0, TP rank %d\n"
                        .formatted(rank, rank);
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private MockResponse completion() {
        if (refusal > 0) {
            return status(refusal);
        }
        return brokenCompletions.getAndDecrement() > 0 ? status(500) : body(completion);
    }

    private static MockResponse status(int code) {
        return new MockResponse.Builder().code(code).build();
    }

    private static MockResponse body(String json) {
        return new MockResponse.Builder().body(json).build();
    }

    private RunningEngine engine(Optional<Path> log, OptionalInt exit) {
        URI base = URI.create("http://127.0.0.1:" + server.getPort() + "/base/");
        return new TestEngine(base, Optional.of("k"), log, () -> exit);
    }

    private static EngineSpec spec(String model) {
        return spec(model, Optional.empty());
    }

    private static EngineSpec named(String model, String served) {
        return spec(model, Optional.of(served));
    }

    private static EngineSpec spec(String model, Optional<String> served) {
        return new EngineSpec(
                model,
                served,
                Optional.empty(),
                new Parallelism(1, 1, 1),
                Executor.MP,
                List.of(),
                Map.of(),
                Optional.empty());
    }
}
