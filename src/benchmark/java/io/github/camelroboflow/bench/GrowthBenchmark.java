package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the costs that grow with the inbox. With a number: the processor time of an image, the time to the first result and the
 * memory while 1,000 to so many files wait; each count runs in a JVM of its own. With {@code idle=20000}: the share of a core while
 * nothing comes into so many sub-folders, the delay of an image that comes into one of them, and the folders in {@code work} after
 * an image came into each. With {@code moves=100000}: the first figures without a net, which shows the costs of the files alone.
 */
public final class GrowthBenchmark {

    private static final PrintStream OUT = System.out;
    private static final long SETTLED_AFTER = 60;
    private static final long IDLE_FOR = 40;
    private static final int LATE_IMAGES = 10;
    private static final int SUB_FOLDERS = 100;

    private GrowthBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        String[] what = (args.length > 0 ? args[0] : "1000").split("=");
        switch (what[0]) {
            case "idle" -> idle(Integer.parseInt(what[1]));
            case "files" -> waiting(Integer.parseInt(what[1]), true);
            case "file-moves" -> waiting(Integer.parseInt(what[1]), false);
            case "moves" -> table(Integer.parseInt(what[1]), "file-moves");
            default -> table(Integer.parseInt(what[0]), "files");
        }
        System.exit(0);
    }

    private static void table(int most, String what) throws Exception {
        OUT.printf(Locale.ROOT, "%10s %22s %16s %14s %12s%n", "files", "processor ms per image", "first result, s", "all done, s",
                "peak memory");
        for (int count = 1000; count <= most; count *= 10) {
            run(what + "=" + count);
        }
        if (Integer.toString(most).matches("[2-9]0+")) {
            run(what + "=" + most);
        }
    }

    private static void run(String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GrowthBenchmark.class.getName(), argument));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** Times begin with the JVM, so they have the start in them, as an operator sees it. */
    private static void waiting(int count, boolean net) throws Exception {
        Path data = Files.createTempDirectory(Path.of("target"), "growth");
        Path inbox = Files.createDirectory(data.resolve("inbox"));
        List<byte[]> samples = BenchFiles.samples("12-megapixels.jpg");
        for (int i = 0; i < count; i++) {
            byte[] sample = net ? samples.get(i % samples.size()) : Integer.toString(i).getBytes();
            Files.write(inbox.resolve(i + ".jpg"), sample);
        }
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(count);
        double before = FolderBenchmark.cpuMillis();
        long start = System.nanoTime();
        WatchedFolder folder = folder(data, net);
        folder.start();
        folder.context().getManagementStrategy().addEventNotifier(new Finished(first));
        folder.context().getManagementStrategy().addEventNotifier(new Finished(left));
        first.await();
        double firstResult = (System.nanoTime() - start) / 1e9;
        // those that were done before the notifiers came are in done already
        while (!left.await(1, TimeUnit.SECONDS)) {
            if (left.getCount() < SUB_FOLDERS && isEmpty(inbox) && folder.files("work").isEmpty()) {
                break;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        OUT.printf(Locale.ROOT, "%,10d %22.2f %16.1f %14.1f %12s%n", count, (FolderBenchmark.cpuMillis() - before) / count,
                firstResult, seconds, FolderBenchmark.status("VmHWM"));
        folder.close();
        BenchFiles.delete(data);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static WatchedFolder folder(Path data, boolean net) {
        WatchedFolder folder = new WatchedFolder(data).with("inbox.delay", "500").with("inbox.unchangedFor", "2s");
        return net ? folder : folder.with(new ScriptedEngine(image -> { }));
    }

    private static void idle(int folders) throws Exception {
        Path data = Files.createTempDirectory(Path.of("target"), "growth");
        for (int i = 0; i < folders; i++) {
            Files.createDirectories(subFolder(data, i));
        }
        try (WatchedFolder folder = folder(data, false).start()) {
            TimeUnit.SECONDS.sleep(SETTLED_AFTER);
            double before = FolderBenchmark.cpuMillis();
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(IDLE_FOR);
            double share = (FolderBenchmark.cpuMillis() - before) * 1e6 / (System.nanoTime() - start);
            OUT.printf(Locale.ROOT, "%,d empty sub-folders: %.1f %% of a core while nothing comes, resident %s%n", folders,
                    100 * share, FolderBenchmark.status("VmRSS"));
            double[] delays = new double[LATE_IMAGES];
            for (int i = 0; i < delays.length; i++) {
                delays[i] = delay(folder, data, subFolder(data, (int) (i * 7919L % folders)));
                TimeUnit.MILLISECONDS.sleep(3137);
            }
            Arrays.sort(delays);
            OUT.printf(Locale.ROOT, "a new image is done %.1f s after it has not changed for 2 s (median; %.1f to %.1f)%n",
                    delays[delays.length / 2], delays[0], delays[delays.length - 1]);
            CountDownLatch left = new CountDownLatch(folders);
            folder.context().getManagementStrategy().addEventNotifier(new Finished(left));
            before = FolderBenchmark.cpuMillis();
            for (int i = 0; i < folders; i++) {
                Files.write(subFolder(data, i).resolve("a.jpg"), Integer.toString(i).getBytes());
            }
            int most = 0;
            while (!left.await(200, TimeUnit.MILLISECONDS)) {
                most = Math.max(most, foldersIn(data.resolve("work")));
            }
            OUT.printf(Locale.ROOT, "an image in each: %.2f ms of processor time per image; folders in work: at most %,d",
                    (FolderBenchmark.cpuMillis() - before) / folders, most);
            TimeUnit.SECONDS.sleep(3);
            OUT.printf(Locale.ROOT, ", then %,d%n", foldersIn(data.resolve("work")));
        } finally {
            BenchFiles.delete(data);
        }
    }

    private static Path subFolder(Path data, int number) {
        return data.resolve("inbox/" + number / SUB_FOLDERS + "/" + number % SUB_FOLDERS);
    }

    private static double delay(WatchedFolder folder, Path data, Path target) throws IOException, InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Finished notifier = new Finished(done);
        folder.context().getManagementStrategy().addEventNotifier(notifier);
        Files.writeString(target.resolve("late.jpg"), "image");
        long written = System.nanoTime();
        done.await();
        double seconds = (System.nanoTime() - written) / 1e9 - 2;
        folder.context().getManagementStrategy().removeEventNotifier(notifier);
        return seconds;
    }

    private static int foldersIn(Path folder) throws IOException {
        int[] count = {-1};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                count[0]++;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return count[0];
    }
}
