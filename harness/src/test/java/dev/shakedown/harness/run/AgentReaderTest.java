package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.workloads.agent.AgentLine;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.RunClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentReaderTest {
    private static final String HLOG = "histograms.hlog";

    @TempDir Path folder;

    private final Engine engine = new Engine();
    private RunContext run;
    private EventLog events;
    private AgentReader reader;

    @BeforeEach
    void start() {
        RunDirectory directory = new RunDirectory(folder);
        RunClock clock = RunClock.startNow();
        events = new EventLog(directory.events(), clock);
        run =
                new RunContext(
                        RunScenarios.withLoad(folder, "poisson: 25/s"),
                        directory,
                        events,
                        new SilentListener(),
                        new RunContext.Wiring(clock, new FakeProvider()));
        Cluster.Node node = new Cluster.Node("id", "192.0.2.1", "gpu1", 8, true);
        reader = new AgentReader(run, engine, new LoadPlace(node));
    }

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void filesGrowAsTheyGrowThere() {
        say(file(HLOG, 0, "one "));
        say(file(HLOG, 4, "two"));
        say(file(HLOG, 4, "two"));
        say(file(HLOG, 8, "after a gap"));
        say(file("../elsewhere", 0, "no"));
        assertThat(folder.resolve(HLOG)).hasContent("one two");
        assertThat(folder.getParent().resolve("elsewhere")).doesNotExist();
        assertThat(reader.load()).isEmpty();
    }

    @Test
    void aLoadCountsOnlyWithEveryByteOfItsFiles() {
        LoadResult load = Loads.good().build();
        say(file(HLOG, 0, "seven.."));
        say(new AgentLine.End(Optional.of(load), Optional.empty(), Map.of(HLOG, 8L)));
        assertThat(reader.ended()).isTrue();
        assertThat(reader.load()).isEmpty();
        say(file(HLOG, 7, "."));
        assertThat(reader.load())
                .hasValueSatisfying(
                        came -> {
                            assertThat(came.outcomes()).isEqualTo(load.outcomes());
                            assertThat(came.histograms()).isEqualTo(load.histograms());
                            assertThat(came.before()).isEqualTo(load.before());
                        });
    }

    @Test
    void whatMadeTheLoadIsInTheFingerprint() {
        assertThat(reader.begun()).isFalse();
        say(new AgentLine.Start(Map.of("client.cores", "64"), run.clock().nowNs()));
        assertThat(reader.begun()).isTrue();
        say(new AgentLine.Way(Optional.of(Duration.ofMillis(2))));
        assertThat(Fingerprint.of(run)).containsEntry("client.cores", "64");
        assertThat(run.roundTrip()).contains(Duration.ofMillis(2));
        assertThat(run.notes()).isEmpty();
    }

    @Test
    void clocksThatDisagreeAreNoted() {
        long later = run.clock().nowNs() + Duration.ofSeconds(90).toNanos();
        say(new AgentLine.Start(Map.of(), later));
        assertThat(run.notes()).hasSize(1);
        assertThat(run.notes().getFirst().text()).contains("gpu1 (192.0.2.1)", "apart");
    }

    @Test
    void itsErrorIsTheJobs() {
        say(new AgentLine.End(Optional.empty(), Optional.of("no space"), Map.of()));
        assertThat(reader.error()).contains("no space");
    }

    @Test
    void thereIsNoNeedToLoadAnEngineThatHasEnded() {
        assertThat(reader.needless()).isEmpty();
        engine.exit = OptionalInt.of(1);
        assertThat(reader.needless()).isPresent();
    }

    @Test
    void onlyWhatOthersSayIsKept() {
        assertThat(reader.accept("bash: runtime/bin/java: cannot execute")).isTrue();
        assertThat(reader.accept(file(HLOG, 0, "x").text())).isFalse();
    }

    private void say(AgentLine line) {
        reader.accept(line.text());
    }

    private static AgentLine.File file(String name, long at, String text) {
        return new AgentLine.File(
                name,
                at,
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static final class Engine implements RunningEngine {
        private OptionalInt exit = OptionalInt.empty();

        @Override
        public URI baseUrl() {
            return URI.create("http://192.0.2.1:8000");
        }

        @Override
        public Optional<Path> log() {
            return Optional.empty();
        }

        @Override
        public OptionalInt exitStatus() {
            return exit;
        }
    }
}
