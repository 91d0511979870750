package dev.shakedown.workloads.openai;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that follows a script byte by byte, for what an HTTP library would smooth over. Other
 * routes than the completions answer 404, so that the client takes its fall-backs.
 */
public final class ScriptedServer implements AutoCloseable {
    /** What to do with one request; the connection is closed unless it returns true. */
    @FunctionalInterface
    public interface Script {
        boolean answer(Exchange exchange) throws IOException, InterruptedException;
    }

    /** One request as it came in. */
    public record Exchange(int number, int onConnection, String body, Socket socket) {
        public void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** The head of a stream without length: it ends with the connection. */
        public void head() throws IOException {
            send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
        }

        /** Ends the connection with a reset instead of an orderly end. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Sends a whole well-formed answer of so many tokens and keeps the connection. */
        public boolean complete(int tokens) throws IOException {
            StringBuilder body = new StringBuilder();
            for (int i = 1; i <= tokens; i++) {
                body.append(chunk(i));
            }
            body.append("data: [DONE]\n\n");
            send(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            return true;
        }

        public int maxTokens() {
            return Integer.parseInt(body.replaceFirst("(?s).*\"max_tokens\":(\\d+).*", "$1"));
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    public ScriptedServer(Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        threads.add(Thread.ofVirtual().start(this::accept));
    }

    /** The event of the nth token, with running usage. */
    public static String chunk(int n) {
        return "data: {\"choices\":[{\"index\":0,\"text\":\"t\",\"finish_reason\":null}],\"usage\":"
                + "{\"prompt_tokens\":5,\"total_tokens\":9,\"completion_tokens\":"
                + n
                + "}}\n\n";
    }

    public Endpoint endpoint() {
        return Endpoint.of(URI.create("http://127.0.0.1:" + listener.getLocalPort()), "m");
    }

    public int connections() {
        return connections.get();
    }

    public int requests() {
        return requests.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean goOn = true;
            boolean counted = false;
            for (int onConnection = 0; goOn; onConnection++) {
                String head = readHead(in);
                if (head.isEmpty()) {
                    return;
                }
                String body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
                if (!head.contains("/completions")) {
                    send404(socket);
                    continue;
                }
                if (!counted) {
                    connections.incrementAndGet();
                    counted = true;
                }
                goOn =
                        script.answer(
                                new Exchange(
                                        requests.getAndIncrement(), onConnection, body, socket));
            }
        } catch (IOException e) {
            // The client went away, as it may.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send404(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return 0;
    }
}
