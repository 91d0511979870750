package dev.shakedown.simulator.http;

/** Answers one request, now or later; called on the event loop, so it must not block. */
@FunctionalInterface
public interface Handler {
    void handle(Exchange exchange);
}
