package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.ClientHealth;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import dev.shakedown.workloads.openai.Answer;
import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.CompletionTransport.Connections;
import dev.shakedown.workloads.openai.CompletionTransport.Exchange;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.PromptWriter;
import dev.shakedown.workloads.openai.Reply;
import dev.shakedown.workloads.openai.Said;
import dev.shakedown.workloads.openai.ServerCounters;
import dev.shakedown.workloads.openai.StreamedReply;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The load of {@link LoadGenerator} on a simulated engine's virtual clock: the same schedule,
 * lengths, cap, drain and records. There is no client and no network, so sending takes no time.
 */
public final class SimulatedLoad {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int OK = 200;
    private static final byte[] NO_BODY = {};

    private final SimulatedServer server;
    private final LoadRecording recording;
    private final LoadObserver observer;
    private boolean over;

    /** The recording stays open and belongs to the caller; its clock is the server's. */
    public SimulatedLoad(SimulatedServer server, LoadRecording recording, LoadObserver observer) {
        this.server = server;
        this.recording = recording;
        this.observer = observer;
    }

    /**
     * Runs the plan to its end, on the caller's thread, as fast as it goes. Interrupting that
     * thread ends it; what there is by then is returned.
     *
     * @param maxModelLength tokens of prompt and answer together
     * @throws java.io.UncheckedIOException if the run cannot be recorded
     */
    public LoadResult run(LoadPlan plan, Slo slo, int maxModelLength) {
        Optional<ServerCounters> before = counters();
        PromptWriter nothing = new Unwritten(server.shortestPrompt(plan.api()));
        try (RequestFeed feed =
                new RequestFeed(plan.prompts(), nothing, OptionalInt.of(maxModelLength))) {
            Sender sender =
                    (due, _, observer) -> start(due, observer, plan.requestTimeout().toNanos());
            Time time = new VirtualTime(server);
            Sending.Way way = new Sending.Way(feed, sender, Runnable::run, time, () -> false);
            Sending sending = Sending.of(plan, slo, server.nowNs(), recording, way);
            Seconds seconds = new Seconds(sending.watched(), List::of, observer);
            Timeline timeline = sending.watched().timeline();
            tickAfter(timeline.startNs() + SECOND_NS, timeline, seconds);
            boolean drained = sending.sendAndDrain();
            over = true;
            recording.flush(Long.MAX_VALUE);
            // Its chats have the length of a template, and no text of one to share.
            return new LoadSummary(plan, recording, new LoadSummary.Sent(true, 0, ""))
                    .of(
                            new LoadSummary.Facts(
                                    sending.watched(),
                                    seconds.inFlight(),
                                    ClientHealth.NONE,
                                    new Connections(0, 0, false),
                                    server.nowNs()),
                            new LoadSummary.Ends(
                                    before,
                                    counters(),
                                    List.of(),
                                    drained,
                                    Thread.currentThread().isInterrupted()));
        }
    }

    /** The engine's clock may go on after this load: under the next one of a series. */
    private void tickAfter(long ns, Timeline timeline, Seconds seconds) {
        if (ns <= timeline.drainEndNs()) {
            server.at(
                    ns,
                    () -> {
                        if (!over) {
                            server.metrics().ifPresent(page -> seconds.keep(page, "", () -> false));
                            seconds.tick();
                            tickAfter(ns + SECOND_NS, timeline, seconds);
                        }
                    });
        }
    }

    private Optional<ServerCounters> counters() {
        return server.metrics().flatMap(ServerCounters::parse);
    }

    private Exchange start(Flights.Due due, StreamedReply.Observer watch, long timeoutNs) {
        Answering answer = new Answering(server.nowNs(), due.drawn().inputTokens(), watch);
        Draws.Drawn drawn = due.drawn();
        Runnable abort = server.submit(due.id(), drawn.prompt(), drawn.answer(), answer::token);
        server.at(
                server.nowNs() + timeoutNs,
                () -> answer.giveUp(abort, new Outcome.TimedOut(), "timeout"));
        return () -> answer.giveUp(abort, new Outcome.Cancelled(), "given up by the client");
    }

    /** Prompts that nobody reads. */
    private record Unwritten(int shortest) implements PromptWriter {
        @Override
        public CompletionRequest write(List<Said> history, List<PromptPart> prompt, int output) {
            return new CompletionRequest("", NO_BODY, output);
        }

        @Override
        public CompletionRequest write(String prompt, int output) {
            return new CompletionRequest("", NO_BODY, output);
        }

        @Override
        public boolean exact() {
            return true;
        }
    }

    /** One answer as its tokens come. */
    private final class Answering {
        private final long sentNs;
        private final int inputTokens;
        private final StreamedReply.Observer watch;
        private final ChunkGaps gaps = new ChunkGaps();
        private long firstNs = RequestRecord.NEVER;
        private long lastNs = RequestRecord.NEVER;
        private int tokens;
        private boolean over;

        Answering(long sentNs, int inputTokens, StreamedReply.Observer watch) {
            this.sentNs = sentNs;
            this.inputTokens = inputTokens;
            this.watch = watch;
        }

        void token(int count, boolean last) {
            if (over) {
                return;
            }
            long now = server.nowNs();
            if (tokens == 0) {
                firstNs = now;
            } else {
                gaps.add(now - lastNs);
            }
            lastNs = now;
            tokens = count;
            watch.tokens(1, now);
            if (last) {
                end(new Outcome.Completed(), "", now);
            }
        }

        void giveUp(Runnable abort, Outcome outcome, String why) {
            if (!over) {
                abort.run();
                end(outcome, why, server.nowNs());
            }
        }

        private void end(Outcome outcome, String error, long endNs) {
            over = true;
            boolean begun = tokens > 0;
            watch.ended(
                    new Reply(
                            new RequestRecord.Times(
                                    sentNs, firstNs, firstNs, firstNs, firstNs, lastNs, endNs),
                            OptionalInt.of(inputTokens),
                            tokens,
                            begun ? 1 : 0,
                            begun ? TokenSource.CONTINUOUS_USAGE : TokenSource.NONE,
                            gaps,
                            outcome,
                            begun ? OK : 0,
                            error,
                            Answer.NONE));
        }
    }
}
