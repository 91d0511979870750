package dev.shakedown.workloads.openai;

import java.time.Duration;

/** Both ways to carry a load: what holds for one holds for the other. */
enum TransportKind {
    EVENT_LOOP {
        @Override
        CompletionTransport to(Endpoint endpoint, Duration timeout) {
            return new EventLoopTransport(endpoint, timeout, System::nanoTime);
        }
    },
    OK_HTTP {
        @Override
        CompletionTransport to(Endpoint endpoint, Duration timeout) {
            return new OkHttpTransport(endpoint, timeout, System::nanoTime);
        }
    };

    abstract CompletionTransport to(Endpoint endpoint, Duration timeout);
}
