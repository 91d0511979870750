package dev.shakedown.workloads.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRecordingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final RunClock CLOCK = new RunClock(Instant.ofEpochSecond(1_800_000_000), 0);

    @TempDir Path directory;

    @Test
    void headersAreTheContract() throws Exception {
        new LoadRecording(directory, CLOCK).close();
        assertThat(RunFiles.lines(directory.resolve("requests.csv.gz")))
                .containsExactly(
                        "id,phase,intended_ns,sent_ns,headers_ns,first_event_ns,first_token_ns,"
                                + "first_content_ns,last_token_ns,stream_end_ns,input_tokens,"
                                + "output_tokens,token_source,outcome,status,error,session,turn,endpoint");
        assertThat(RunFiles.lines(directory.resolve("timeseries.csv.gz")))
                .containsExactly("t_ns,source,metric,labels,value");
    }

    @Test
    void whatWasFlushedCanBeReadWithoutAnOrderlyEnd() throws Exception {
        LoadRecording recording = new LoadRecording(directory, CLOCK);
        add(recording, 0, 100);
        add(recording, 1, SECOND + 100);
        recording.sample(5, "client", new Sample("a", "x=1;y=2", 2.5));
        recording.flush(2 * SECOND);
        // No close: as after kill -9.
        assertThat(RunFiles.requests(directory)).hasSize(2);
        assertThat(RunFiles.lines(directory.resolve("timeseries.csv.gz")))
                .contains("5,client,a,x=1;y=2,2.5");
        assertThat(RunFiles.histograms(directory).get("ttft").getTotalCount()).isEqualTo(2);
        recording.close();
    }

    @Test
    void secondStaysOpenUntilItsRequestsHaveEnded() throws Exception {
        try (LoadRecording recording = new LoadRecording(directory, CLOCK)) {
            recording.expect(Phase.MEASURE, 200);
            add(recording, 0, 100);
            add(recording, 1, SECOND + 100);
            recording.flush(3 * SECOND);
            assertThat(RunFiles.histograms(directory).get("ttft").getTotalCount()).isEqualTo(1);
            recording.add(completed(2, 200), new ChunkGaps());
            recording.flush(3 * SECOND);
            Histogram all = RunFiles.histograms(directory).get("ttft");
            assertThat(all.getTotalCount()).isEqualTo(3);
        }
    }

    @Test
    void requestsAreOrderedByIdHoweverTheyEnd() throws Exception {
        try (LoadRecording recording = new LoadRecording(directory, CLOCK)) {
            add(recording, 2, 300);
            add(recording, 1, 200);
            recording.flush(0);
            assertThat(RunFiles.requests(directory)).isEmpty();
            add(recording, 0, 100);
            add(recording, 9, 900);
        }
        List<String> ids = RunFiles.requests(directory).stream().map(row -> row.get("id")).toList();
        assertThat(ids).containsExactly("0", "1", "2", "9");
    }

    @Test
    void whatNeverHappenedIsEmptyAndErrorsAreQuoted() throws Exception {
        try (LoadRecording recording = new LoadRecording(directory, CLOCK)) {
            recording.expect(Phase.WARM_UP, 7);
            recording.add(
                    new RequestRecord(
                            0,
                            Phase.WARM_UP,
                            7,
                            RequestRecord.Times.NONE,
                            3,
                            0,
                            0,
                            TokenSource.NONE,
                            new Outcome.Refused(503),
                            503,
                            "a, \"b\"\nc",
                            new RequestRecord.Turn(7, 2),
                            3),
                    new ChunkGaps());
        }
        assertThat(RunFiles.lines(directory.resolve("requests.csv.gz")).getLast())
                .isEqualTo("0,warmup,7,,,,,,,,3,0,,Refused,503,\"a, \"\"b\"\" c\",7,2,3");
        assertThat(RunFiles.histograms(directory)).isEmpty();
    }

    @Test
    void intervalsCountFromTheRunsStart() throws Exception {
        try (LoadRecording recording = new LoadRecording(directory, CLOCK)) {
            add(recording, 0, 4 * SECOND + 5);
        }
        List<String> lines = java.nio.file.Files.readAllLines(directory.resolve("histograms.hlog"));
        assertThat(lines.stream().filter(line -> line.startsWith("Tag=ttft,")))
                .singleElement()
                .asString()
                .startsWith("Tag=ttft,4.000,1.000,");
    }

    @Test
    void gapsGoToIclOfCompletedRequests() throws Exception {
        ChunkGaps gaps = new ChunkGaps();
        for (int i = 1; i <= 100; i++) {
            gaps.add(i * 1000L);
        }
        try (LoadRecording recording = new LoadRecording(directory, CLOCK)) {
            recording.expect(Phase.MEASURE, 5);
            recording.add(completed(0, 5), gaps);
            Map<Metric, Histogram> totals = recording.totals(Phase.MEASURE);
            assertThat(totals.get(Metric.ICL).getTotalCount()).isEqualTo(100);
            assertThat(totals).containsOnlyKeys(Metric.values());
        }
    }

    private static void add(LoadRecording recording, long id, long intendedNs) {
        recording.expect(Phase.MEASURE, intendedNs);
        recording.add(completed(id, intendedNs), new ChunkGaps());
    }

    private static RequestRecord completed(long id, long intendedNs) {
        long sent = intendedNs + 10;
        return new RequestRecord(
                id,
                Phase.MEASURE,
                intendedNs,
                new RequestRecord.Times(
                        sent, sent + 1, sent + 2, sent + 3, sent + 3, sent + 9, sent + 10),
                5,
                4,
                1,
                TokenSource.CONTINUOUS_USAGE,
                new Outcome.Completed(),
                200,
                "",
                RequestRecord.Turn.NONE,
                0);
    }
}
