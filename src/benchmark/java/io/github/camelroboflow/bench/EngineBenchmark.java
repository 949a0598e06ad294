package io.github.camelroboflow.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the embedded engine, for the shipped model and for a net of YOLOv8n's size: images per second with one, two and all
 * processors against the upper limit, in turns, milliseconds for one image and for each step, model load, memory. Each measurement
 * runs in its own process, limited to these processors if {@code taskset} is installed.
 */
public final class EngineBenchmark {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final PrintStream OUT = System.out;

    private EngineBenchmark() {
    }

    /** @param args the number of images of a measurement with the shipped model; the larger net has a quarter */
    public static void main(String[] args) throws Exception {
        String count = args.length > 0 ? args[0] : "1000";
        OUT.printf("%d processors, Java %s, %s images%n", PROCESSORS, System.getProperty("java.version"), count);
        for (BenchNet net : BenchNet.values()) {
            net.make();
            run(PROCESSORS, EngineLatency.class, net.name());
            for (int processors : IntStream.of(1, 2, PROCESSORS).filter(number -> number <= PROCESSORS).distinct().toArray()) {
                run(processors, EngineThroughput.class, net.name(), count);
            }
            run(PROCESSORS, EngineThroughput.class, net.name(), count, "memory");
        }
        System.exit(0);
    }

    /** Runs a program in a process that has so many processors. */
    static void run(int processors, Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (processors < PROCESSORS && Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            Collections.addAll(command, "taskset", "-c", "0-" + (processors - 1));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        Collections.addAll(command, "-XX:ActiveProcessorCount=" + processors, "-cp", System.getProperty("java.class.path"),
                program.getName());
        Stream.of(arguments).forEach(command::add);
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
