package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.ThreadWork;
import java.net.Proxy;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Carries streamed completions. One call of {@link #start} is one exchange; it must return at once,
 * and the sink is then told from one thread at a time.
 */
public interface CompletionTransport extends AutoCloseable {

    /**
     * The one for an endpoint: event loops; OkHttp, which costs more, where a proxy is in the way.
     *
     * @param requestTimeout from sending to the stream's end
     * @param clock monotonic nanoseconds, handed to the sinks
     * @param loops the threads to read on, shared with other transports
     */
    static CompletionTransport to(
            Endpoint endpoint, Duration requestTimeout, LongSupplier clock, EventLoops loops) {
        boolean direct =
                ProxySelector.getDefault().select(endpoint.baseUrl()).stream()
                        .allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT);
        return direct
                ? new EventLoopTransport(endpoint, requestTimeout, clock, Optional.of(loops))
                : new OkHttpTransport(endpoint, requestTimeout, clock);
    }

    /** Sends the request and hands what comes back to the sink. */
    Exchange start(CompletionRequest request, ReplySink sink);

    /** The event loops that have started so far, where it has any. */
    default List<ThreadWork> loops() {
        return List.of();
    }

    /** How connections fared so far. */
    Connections connections();

    @Override
    void close();

    /** An exchange under way. */
    @FunctionalInterface
    interface Exchange {
        /** Gives it up; the sink is told {@link ReplySink#failed}. Harmless once it has ended. */
        void cancel();
    }

    /**
     * Connection facts.
     *
     * @param opened connections opened
     * @param resends requests sent a second time because a kept connection turned out closed
     * @param connectInTtft whether connecting falls between {@code sent} and the first token
     */
    record Connections(long opened, long resends, boolean connectInTtft) {}

    /** What one exchange yields, in this order; times are the caller's clock. */
    interface ReplySink {
        /** The request is about to be sent; told once, also if it is sent again. */
        void sending(long nowNs);

        void headers(int status, long nowNs);

        /**
         * Bytes of the body, at the time of their arrival.
         *
         * @return false if no more is wanted: the exchange is cut and {@link #ended} follows
         */
        boolean bytes(byte[] buffer, int offset, int length, long nowNs);

        /** The body ended in order, or was cut as {@link #bytes} asked. */
        void ended(long nowNs);

        /** The exchange failed; nothing follows. */
        void failed(TransportFailure failure, long nowNs);
    }

    /** Why an exchange failed. */
    record TransportFailure(Kind kind, String text) {
        /** What kinds of failure the outcome distinguishes. */
        public enum Kind {
            /** No connection could be made. */
            CONNECT,
            /** The connection broke. */
            RESET,
            /** The body ended before its framing said so. */
            CUT_SHORT,
            /** The request's timeout passed. */
            TIMEOUT,
            /** Given up by {@link Exchange#cancel}. */
            CANCELLED
        }
    }
}
