package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.ChunkGaps;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.Phase;
import dev.shakedown.workloads.measure.RequestRecord;
import dev.shakedown.workloads.measure.TokenSource;
import dev.shakedown.workloads.openai.Answer;
import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.CompletionTransport.Exchange;
import dev.shakedown.workloads.openai.Reply;
import dev.shakedown.workloads.openai.StreamedReply;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Sends requests, knows those in flight, and records each once when it ends. */
final class Flights {
    /** What a request is, before anything came of it. */
    record Due(long id, long intendedNs, Draws.Drawn drawn, boolean heldByCap) {}

    /** What came of it. */
    record Ended(Due due, RequestRecord request, Answer answer) {}

    private static final double P95 = 95;

    private final Sender sender;
    private final LoadRecording recording;
    private final Timeline timeline;
    private final Tally tally;
    private final Arrived tokens;
    private final Arrived completions;
    private final Arrived inputs;
    private final Consumer<Ended> ended;
    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong turns = new AtomicLong();

    Flights(
            Sender sender,
            LoadRecording recording,
            Timeline timeline,
            Tally tally,
            Consumer<Ended> ended) {
        this.sender = sender;
        this.recording = recording;
        this.timeline = timeline;
        this.tally = tally;
        this.ended = ended;
        long length = timeline.longestNs();
        tokens = new Arrived(timeline.startNs(), length);
        completions = new Arrived(timeline.startNs(), length);
        inputs = new Arrived(timeline.startNs(), length);
    }

    /** Called by the thread that sends, before it sends anything that is due at a time. */
    void reach(long ns) {
        timeline.reach(ns, this::warmUpE2e);
    }

    /** Where requests only fail, there is nothing to wait for. */
    private OptionalLong warmUpE2e() {
        OptionalLong e2e = recording.percentileNs(Metric.E2E, Phase.WARM_UP, P95);
        return e2e.isEmpty() && tally.errorCount() > 0 ? OptionalLong.of(0) : e2e;
    }

    /**
     * A request that is due. Its id is its number; turns of sessions are numbered as they come to
     * be due.
     *
     * @param number by which it was drawn
     */
    Due due(long number, long intendedNs, Draws.Drawn drawn, boolean heldByCap) {
        long id = drawn.turn().isPresent() ? turns.getAndIncrement() : number;
        return new Due(id, intendedNs, drawn, heldByCap);
    }

    void send(Due due, CompletionRequest request) {
        recording.expect(timeline.phaseOf(due.intendedNs()), due.intendedNs());
        inFlight.incrementAndGet();
        Watch watch = new Watch(due);
        watches.put(due.id(), watch);
        watch.exchange = Optional.of(sender.start(due, request, watch));
    }

    /** Records a request that was due and never sent. */
    void neverSent(Due due, String why) {
        recording.expect(timeline.phaseOf(due.intendedNs()), due.intendedNs());
        Reply reply =
                new Reply(
                        RequestRecord.Times.NONE,
                        OptionalInt.empty(),
                        0,
                        0,
                        TokenSource.NONE,
                        new ChunkGaps(),
                        new Outcome.Cancelled(),
                        0,
                        why,
                        Answer.NONE);
        record(due, reply);
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Gives up what is in flight; called by the thread that sends, so that nothing slips by. */
    void cancelAll() {
        watches.values().forEach(watch -> watch.exchange.ifPresent(Exchange::cancel));
    }

    Arrived tokens() {
        return tokens;
    }

    Arrived completions() {
        return completions;
    }

    /** Prompt tokens of the requests that completed. */
    Arrived inputs() {
        return inputs;
    }

    private RequestRecord record(Due due, Reply reply) {
        RequestRecord request =
                new RequestRecord(
                        due.id(),
                        timeline.phaseOf(due.intendedNs()),
                        due.intendedNs(),
                        reply.times(),
                        reply.inputTokens().orElse(due.drawn().inputTokens()),
                        reply.outputTokens(),
                        reply.firstChunkTokens(),
                        reply.tokenSource(),
                        reply.outcome(),
                        reply.status(),
                        reply.error(),
                        due.drawn().turn().map(Flights::turn).orElse(RequestRecord.Turn.NONE),
                        sender.endpoint(due));
        recording.add(request, reply.gaps());
        tally.add(request, due, reply.gaps());
        return request;
    }

    private static RequestRecord.Turn turn(Turn turn) {
        return new RequestRecord.Turn(turn.session(), turn.number());
    }

    private final class Watch implements StreamedReply.Observer {
        private final Due due;
        private volatile Optional<Exchange> exchange = Optional.empty();

        Watch(Due due) {
            this.due = due;
        }

        @Override
        public void tokens(int count, long nowNs) {
            tokens.add(nowNs, count);
        }

        @Override
        public void ended(Reply reply) {
            RequestRecord request = record(due, reply);
            if (reply.outcome() instanceof Outcome.Completed) {
                completions.add(reply.times().streamEndNs(), 1);
                inputs.add(reply.times().streamEndNs(), request.inputTokens());
            }
            watches.remove(due.id());
            inFlight.decrementAndGet();
            ended.accept(new Ended(due, request, reply.answer()));
        }
    }
}
