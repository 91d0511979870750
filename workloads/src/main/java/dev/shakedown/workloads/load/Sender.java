package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.CompletionTransport.Exchange;
import dev.shakedown.workloads.openai.StreamedReply;

/** Sends one request and has its observer told of what comes back. */
@FunctionalInterface
interface Sender {
    Exchange start(Flights.Due due, CompletionRequest request, StreamedReply.Observer observer);

    /** Which of several endpoints a request goes to, from 1 on; 0 where there is one. */
    default int endpoint(Flights.Due due) {
        return 0;
    }
}
