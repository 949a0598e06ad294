package io.github.camelroboflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Visits the page of a program from a process of its own, as a browser or a monitoring program does, whenever it is told to on its
 * standard input: {@code look}, {@code scrape}, {@code rest} to end both, and {@code ask N PATH}.
 */
final class PageVisitor implements AutoCloseable {

    /** The pause of the page between two requests for news, in milliseconds; see page.js. */
    private static final long POLL = 1000;
    /** A usual pause of Prometheus between two scrapes. */
    private static final long SCRAPE = 15_000;
    private static final long SHORTEST = 10;
    /** The pictures of the page. */
    private static final int MOST = 60;
    private static final PrintStream OUT = System.out;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream orders;

    /** Starts the process. */
    PageVisitor(int port) throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), PageVisitor.class.getName(), String.valueOf(port))
                        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Gives an order, and waits until it is carried out, or begun in the background. Returns the answer, a number. */
    int order(String order) throws IOException {
        orders.println(order);
        return Integer.parseInt(answers.readLine());
    }

    @Override
    public void close() {
        process.destroy();
    }

    public static void main(String[] args) throws Exception {
        Visits visits = new Visits("http://localhost:" + args[0]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            OUT.println(visits.carryOut(order.split(" ", 3)));
        }
    }

    /** The requests. */
    private static final class Visits {

        private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final ObjectMapper json = new ObjectMapper();
        private final String site;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger answered = new AtomicInteger();
        private final NavigableSet<Long> waiting = new ConcurrentSkipListSet<>();
        private volatile long pause;
        private CountDownLatch end;

        /** A kind of requests that goes on until an end. */
        @FunctionalInterface
        private interface Visit {
            void until(CountDownLatch end) throws IOException, InterruptedException;
        }

        Visits(String site) {
            this.site = site;
        }

        /** Returns the number of pictures that came until a rest; 0 for other orders. */
        int carryOut(String... order) throws IOException, InterruptedException {
            switch (order[0]) {
                case "look" -> {
                    begin(this::look);
                    begin(this::loadPictures);
                }
                case "scrape" -> begin(this::scrape);
                case "ask" -> {
                    for (int i = 0; i < Integer.parseInt(order[1]); i++) {
                        get(order[2]);
                    }
                }
                case "rest" -> {
                    end.countDown();
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    threads.clear();
                    return answered.getAndSet(0);
                }
                default -> throw new IllegalArgumentException(order[0]);
            }
            return 0;
        }

        private void begin(Visit visit) {
            if (threads.isEmpty()) {
                end = new CountDownLatch(1);
            }
            CountDownLatch until = end;
            Thread thread = new Thread(() -> {
                try {
                    visit.until(until);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            threads.add(thread);
            thread.start();
        }

        private void scrape(CountDownLatch until) throws IOException, InterruptedException {
            do {
                get("/observe/metrics");
            } while (!until.await(SCRAPE, TimeUnit.MILLISECONDS));
        }

        /** Asks for news, and remembers as many of the newest pictures as the page shows. */
        private void look(CountDownLatch until) throws IOException, InterruptedException {
            long last = 0;
            do {
                JsonNode live = json.readTree(get("/live?after=" + last).body());
                pause = live.path("picturePause").asLong();
                JsonNode results = live.path("results");
                for (int i = 0; i < Math.min(results.size(), pause == 0 ? MOST : Math.max(1, POLL / pause)); i++) {
                    waiting.add(results.get(i).path("number").asLong());
                }
                last = Math.max(last, results.path(0).path("number").asLong());
            } while (!until.await(POLL, TimeUnit.MILLISECONDS));
        }

        /** Asks for the newest picture that is waited for, with the pauses that the program wants. */
        private void loadPictures(CountDownLatch until) throws IOException, InterruptedException {
            do {
                Long newest = waiting.pollLast();
                if (newest != null && get("/picture/" + newest).statusCode() == 200) {
                    answered.incrementAndGet();
                }
            } while (!until.await(Math.max(SHORTEST, pause), TimeUnit.MILLISECONDS));
            waiting.clear();
        }

        private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
            return http.send(HttpRequest.newBuilder(URI.create(site + path)).build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
