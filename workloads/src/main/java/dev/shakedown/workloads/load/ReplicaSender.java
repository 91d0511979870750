package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.CompletionTransport.Exchange;
import dev.shakedown.workloads.openai.ReplicaTransports;
import dev.shakedown.workloads.openai.StreamedReply;

/**
 * Sends to the replica whose turn it is.
 *
 * @param keep whether answers are kept, for the next turns of sessions
 */
record ReplicaSender(Replicas replicas, ReplicaTransports transports, boolean keep)
        implements Sender {

    @Override
    public Exchange start(
            Flights.Due due, CompletionRequest request, StreamedReply.Observer observer) {
        StreamedReply reply = new StreamedReply(request.maxTokens(), observer, keep);
        return transports.to(replica(due)).start(request, reply);
    }

    @Override
    public int endpoint(Flights.Due due) {
        return replicas.several() ? 1 + replica(due) : 0;
    }

    private int replica(Flights.Due due) {
        return replicas.balance().replica(due, replicas.endpoints().size());
    }
}
