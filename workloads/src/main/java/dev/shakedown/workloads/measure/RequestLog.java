package dev.shakedown.workloads.measure;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes {@code requests.csv.gz}. Requests end in any order; lines are held back until every lower
 * id has been written, so that the file is ordered by id however the run ends.
 *
 * <p>{@code token_source} gets a suffix {@code :k} (as {@code continuous_usage:3}) where the first
 * chunk carried k > 1 tokens: TPOT divides by the tokens after the first chunk, so without it TPOT
 * could not be recomputed from the file. {@code session} and {@code turn} are empty in a load
 * without sessions, {@code endpoint} with one endpoint.
 */
final class RequestLog implements AutoCloseable {
    static final String HEADER =
            "id,phase,intended_ns,sent_ns,headers_ns,first_event_ns,first_token_ns,"
                    + "first_content_ns,last_token_ns,stream_end_ns,input_tokens,output_tokens,"
                    + "token_source,outcome,status,error,session,turn,endpoint";

    private final GzipLines out;
    private final Map<Long, RequestRecord> waiting = new HashMap<>();
    private long next;

    RequestLog(OutputStream file) {
        out = new GzipLines(file, HEADER);
    }

    synchronized void add(RequestRecord request) {
        waiting.put(request.id(), request);
    }

    /** Writes what is due and makes it durable against a crash of this process. */
    void flush() {
        // Not under the lock that those who read streams take: compressing takes milliseconds.
        synchronized (out) {
            takeDue().forEach(request -> out.line(line(request)));
            out.flush();
        }
    }

    private synchronized List<RequestRecord> takeDue() {
        List<RequestRecord> due = new ArrayList<>();
        for (RequestRecord one = waiting.remove(next); one != null; one = waiting.remove(next)) {
            due.add(one);
            next++;
        }
        return due;
    }

    private synchronized List<RequestRecord> takeAll() {
        List<RequestRecord> all = List.copyOf(new TreeMap<>(waiting).values());
        waiting.clear();
        return all;
    }

    @Override
    public void close() {
        flush();
        synchronized (out) {
            takeAll().forEach(request -> out.line(line(request)));
            out.close();
        }
    }

    private static CharSequence line(RequestRecord request) {
        RequestRecord.Times times = request.times();
        StringBuilder line = new StringBuilder(160);
        line.append(request.id());
        line.append(',').append(request.phase() == Phase.WARM_UP ? "warmup" : "measure");
        time(line, request.intendedNs());
        time(line, times.sentNs());
        time(line, times.headersNs());
        time(line, times.firstEventNs());
        time(line, times.firstTokenNs());
        time(line, times.firstContentNs());
        time(line, times.lastTokenNs());
        time(line, times.streamEndNs());
        line.append(',').append(request.inputTokens());
        line.append(',').append(request.outputTokens());
        line.append(',').append(request.tokenSource().key());
        if (request.firstChunkTokens() > 1) {
            line.append(':').append(request.firstChunkTokens());
        }
        line.append(',').append(request.outcome().kind());
        line.append(',');
        if (request.status() != 0) {
            line.append(request.status());
        }
        line.append(',').append(GzipLines.field(request.error()));
        if (request.turn().inSession()) {
            line.append(',').append(request.turn().session());
            line.append(',').append(request.turn().number());
        } else {
            line.append(",,");
        }
        line.append(',');
        return request.endpoint() > 0 ? line.append(request.endpoint()) : line;
    }

    private static void time(StringBuilder line, long ns) {
        line.append(',');
        if (ns != RequestRecord.NEVER) {
            line.append(ns);
        }
    }
}
