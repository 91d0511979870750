package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.workloads.agent.AgentLine;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.LoadRecording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes what a load agent says: its files grow here as they grow there, so that a run that breaks
 * off keeps what was measured.
 */
final class AgentReader implements JobReader {
    /** The log of a job is a second or two old when it is read. */
    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(5);

    private final RunContext run;
    private final RunningEngine engine;
    private final String place;
    private final Map<String, Long> written = new HashMap<>();
    private boolean begun;
    private Optional<AgentLine.End> end = Optional.empty();
    private String waiting = "the load agent had not started yet";

    AgentReader(RunContext run, RunningEngine engine, LoadPlace place) {
        this.run = run;
        this.engine = engine;
        this.place = place.text();
    }

    /** What the agent says of itself is not a log. */
    @Override
    public boolean accept(String text) {
        Optional<AgentLine> line = AgentLine.parse(text);
        line.ifPresent(this::take);
        return line.isEmpty();
    }

    private void take(AgentLine line) {
        switch (line) {
            case AgentLine.Start start -> start(start);
            case AgentLine.Way way ->
                    EndpointWay.took(
                            run,
                            "from %s to %s".formatted(place, engine.clusterUrl().getAuthority()),
                            way.roundTrip());
            case AgentLine.Second second -> {
                waiting = "the load was at work";
                run.listener().live(new LiveView(second.sample()));
            }
            case AgentLine.File file -> write(file);
            case AgentLine.End last -> end = Optional.of(last);
        }
    }

    private void start(AgentLine.Start start) {
        begun = true;
        waiting = "prompts were being calibrated";
        run.client(start.client());
        Duration apart = Duration.ofNanos(run.clock().nowNs() - start.nowNs()).abs();
        if (apart.compareTo(CLOCKS_AGREE) > 0) {
            run.note(
                    "the clocks of %s and of this machine are about %s apart: the load's times are shifted against the steps by that"
                            .formatted(place, Durations.text(apart)));
        }
    }

    private void write(AgentLine.File file) {
        // A piece that came before, or comes after one that did not, would make another file.
        if (!LoadRecording.FILES.contains(file.name())
                || file.at() != written.getOrDefault(file.name(), 0L)) {
            return;
        }
        Path here = run.directory().path().resolve(file.name());
        byte[] bytes = file.bytes();
        try {
            Files.write(here, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.merge(file.name(), (long) bytes.length, Long::sum);
    }

    /** Present once the agent has said it, and every byte of its files has come. */
    Optional<LoadResult> load() {
        return end.filter(last -> last.written().equals(written)).flatMap(AgentLine.End::load);
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public boolean ended() {
        return end.isPresent();
    }

    @Override
    public Optional<String> error() {
        return end.flatMap(AgentLine.End::error);
    }

    /** There is nothing left to load. */
    @Override
    public Optional<String> needless() {
        return engine.exitStatus().isPresent() && end.isEmpty()
                ? Optional.of("the engine has ended")
                : Optional.empty();
    }

    @Override
    public Optional<String> waitingFor() {
        return Optional.of(waiting);
    }
}
