package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Requests of four tokens, and what comes of them. */
final class Asking {
    private Asking() {}

    /** What came of one request; every exchange must end. */
    static Reply ask(CompletionTransport transport) throws InterruptedException {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        CompletionTransport.Exchange _ = start(transport, replies);
        Reply reply = replies.poll(30, TimeUnit.SECONDS);
        assertThat(reply).as("an exchange always ends").isNotNull();
        return reply;
    }

    static CompletionTransport.Exchange start(
            CompletionTransport transport, BlockingQueue<Reply> replies) {
        return transport.start(
                request(),
                new StreamedReply(
                        4,
                        new StreamedReply.Observer() {
                            @Override
                            public void tokens(int count, long nowNs) {}

                            @Override
                            public void ended(Reply reply) {
                                replies.add(reply);
                            }
                        }));
    }

    static CompletionRequest request() {
        return new RequestBodies("m", "salt").completion("hello", 4);
    }
}
