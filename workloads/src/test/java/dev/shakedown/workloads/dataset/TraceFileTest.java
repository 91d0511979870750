package dev.shakedown.workloads.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.load.Trace;
import dev.shakedown.workloads.load.TraceRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final String BURST_GPT =
            "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";
    private static final String AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    @TempDir Path folder;

    @Test
    void mooncakeHasMillisecondsAndBlocks() throws IOException {
        assertThat(
                        read("""
                        {"timestamp": 27482, "input_length": 513, "output_length": 52, "hash_ids": [46, 47]}
                        {"timestamp": 30535.5, "input_length": 400, "output_length": 26, "session": {"id": [1]}}
                        """)
                                .requests())
                .containsExactly(
                        new TraceRequest(0, 513, 52, List.of(46L, 47L)),
                        new TraceRequest(3_053_500_000L, 400, 26, List.of()));
    }

    @Test
    void burstGptHasSecondsAndItsFailedRequestsAreLeftOut() throws IOException {
        Trace trace =
                read(
                        BURST_GPT
                                + """
                                5,ChatGPT,472,18,490,Conversation log
                                45.25,ChatGPT,1087,0,1087,Conversation log
                                118,GPT-4,417,276,693,API log
                                """);
        assertThat(trace.requests())
                .containsExactly(request(0, 472, 18), request(113 * S, 417, 276));
        assertThat(trace.leftOut()).isEqualTo(1);
    }

    @Test
    void laterBurstGptHasSessionsInFrontOfItsModel() throws IOException {
        assertThat(
                        read("""
                                        Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
                                        7,7f0c,1.5,GPT-4,10,20,30,API log
                                        """)
                                .requests())
                .containsExactly(request(0, 10, 20));
    }

    @Test
    void azureHasDatesWithAndWithoutAnOffset() throws IOException {
        assertThat(
                        read(AZURE
                                        + "2023-11-16 18:15:46.6805900,374,44\n"
                                        + "2023-11-16 18:15:50.9951690,396,109\n")
                                .requests())
                .containsExactly(request(0, 374, 44), request(4_314_579_000L, 396, 109));
        assertThat(
                        read(AZURE
                                        + "2024-05-10 00:00:00+00:00,10,20\n"
                                        + "2024-05-10 00:00:00.009930+00:00,30,40\n")
                                .requests())
                .containsExactly(request(0, 10, 20), request(9_930_000, 30, 40));
    }

    @Test
    void requestsOfARunComeInTheOrderInWhichTheyWereMeant() throws IOException {
        assertThat(
                        read("""
                                        id,phase,intended_ns,sent_ns,headers_ns,first_event_ns,first_token_ns,first_content_ns,last_token_ns,stream_end_ns,input_tokens,output_tokens,token_source,outcome,status,error
                                        0,warmup,7000000500,7000000600,,,,,,,11,12,usage,Completed,200,
                                        1,measure,7000000400,7000000600,,,,,,,13,14,usage,Completed,200,"odd, it is"
                                        2,measure,9000000400,,,,,,,,15,0,none,Refused,503,busy
                                        """)
                                .requests())
                .containsExactly(request(0, 13, 14), request(100, 11, 12));
    }

    @Test
    void gzipIsKnownByItsContent() throws IOException {
        Path file = folder.resolve("trace.csv");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(("\uFEFF" + BURST_GPT + "1,m,2,3,5,x\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(TraceFile.read(file, 10).requests()).containsExactly(request(0, 2, 3));
    }

    @Test
    void noMoreThanTheLimitIsRead() throws IOException {
        Path file = write(BURST_GPT + "1,m,2,3,5,x\n\n2,m,4,5,9,x\nno number\n");
        assertThat(TraceFile.read(file, 2).requests()).hasSize(2);
    }

    @Test
    void mistakesAreToldWithLineAndColumn() {
        mistake("", "line 1, column 1: the file is empty");
        mistake(
                "time;tokens\n",
                "line 1, column 1: \"time;tokens\" begins no known trace; it may be Mooncake's JSON lines with timestamp, input_length and output_length, or CSV with one of the headers Timestamp,Request tokens,Response tokens or TIMESTAMP,ContextTokens,GeneratedTokens or intended_ns,input_tokens,output_tokens");
        mistake(BURST_GPT, "line 1, column 1: the file ends before its first request");
        mistake(
                BURST_GPT + "1,m,2,0,2,x\n",
                "line 2, column 1: none of its 1 requests has tokens of prompt and answer");
        mistake(
                BURST_GPT + "1,m,2,3,5,x\nsoon,m,2,3,5,x\n",
                "line 3, column 1: \"soon\" is no time; expected seconds");
        mistake(
                BURST_GPT + "1,m,2,-3,5,x\n",
                "line 2, column 7: \"-3\" is no count of tokens from 0 to 10,000,000");
        mistake(
                BURST_GPT + "1,m,2\n",
                "line 2, column 6: the line ends before its column \"Response tokens\"");
        mistake(
                BURST_GPT + "1e999999999,m,2,3,5,x\n",
                "line 2, column 1: \"1e999999999\" is no time; expected seconds");
        mistake(
                AZURE + "2023-11-16T18:15:46,1,1\n",
                "line 2, column 1: \"2023-11-16T18:15:46\" is no time; expected a date with its time");
    }

    @Test
    void mistakesInJsonToo() {
        mistake(
                "{\"timestamp\": 1, \"input_length\": 5}\n",
                "line 1, column 1: the request has no output_length");
        mistake(
                "{\"timestamp\": 1, \"input_length\": \"5\"}\n",
                "line 1, column 34: \"5\" is no count of tokens from 0 to 10,000,000");
        mistake(
                "{\"timestamp\": 1, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": 7}\n",
                "line 1, column 69: hash_ids is a list of whole numbers");
        mistake(
                "{\"timestamp\": 1, \"input_length\": 40, \"output_length\": 5, \"hash_ids\": [1, 2, 3]}\n",
                "line 1, column 70: 3 hash_ids are too many for 40 tokens in blocks of 512; this is no trace of Mooncake's");
        mistake("{\"timestamp\": 1,, }\n", "line 1, column 17: no JSON: ");
    }

    private void mistake(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(message);
    }

    private Trace read(String text) throws IOException {
        return TraceFile.read(write(text), TraceFile.MOST_REQUESTS);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("trace"), text);
    }

    private static TraceRequest request(long atNs, int input, int output) {
        return new TraceRequest(atNs, input, output, List.of());
    }
}
