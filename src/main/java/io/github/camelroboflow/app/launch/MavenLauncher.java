package io.github.camelroboflow.app.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Starts the program for {@code mvn -q} in a JVM of its own, which can use an archive of classes. The program has Maven's terminal,
 * folder and environment, the properties of Maven's command line and the JVM options of {@code MAVEN_OPTS}. A signal that stops
 * Maven stops the program first, and Maven ends with the exit code of the program.
 */
public final class MavenLauncher implements Runnable {

    private static final List<String> OF_MAVEN_ALONE = List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrunjdwp", "-Xdebug",
            "-Dcom.sun.management.jmxremote");

    private final Properties userProperties;

    /** @param userProperties those of Maven's command line; exec-maven-plugin knows what to pass by the name of this parameter */
    public MavenLauncher(Properties userProperties) {
        this.userProperties = userProperties;
    }

    @Override
    public void run() {
        Process program;
        try {
            program = new ProcessBuilder(command()).inheritIO().start();
        } catch (IOException e) {
            throw new UncheckedIOException("the program can't be started in a JVM of its own", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(program), "stop-program"));
        int exitCode = await(program);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Stops the program as a signal does, and waits until it has finished its images. */
    private static void stop(Process program) {
        if (program.supportsNormalTermination()) {
            // a second signal, after a Ctrl-C that both got, changes nothing
            program.destroy();
        }
        await(program);
    }

    private static int await(Process program) {
        while (true) {
            try {
                return program.waitFor();
            } catch (InterruptedException e) {
                // the end of the program is the only end
            }
        }
    }

    private List<String> command() throws IOException {
        List<Path> classPath = Arrays.stream(((URLClassLoader) MavenLauncher.class.getClassLoader()).getURLs())
                .map(MavenLauncher::path).toList();
        List<String> options = new ArrayList<>(jvmOptions(Objects.requireNonNullElse(System.getenv("MAVEN_OPTS"), "")));
        options.add("--enable-native-access=ALL-UNNAMED");
        options.addAll(new LaunchFolder(classPath).options(options));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        userProperties.stringPropertyNames().stream().sorted()
                .forEach(name -> command.add("-D" + name + "=" + userProperties.getProperty(name)));
        command.add("-D" + LauncherWatch.LAUNCHER + "=" + ProcessHandle.current().pid());
        command.add("io.github.camelroboflow.app.Main");
        return command;
    }

    /** Returns the options, but those of agents and debuggers: two JVMs can't open the same port. */
    static List<String> jvmOptions(String mavenOptions) {
        return Stream.of(mavenOptions.split("\\s+")).filter(option -> !option.isEmpty())
                .filter(option -> OF_MAVEN_ALONE.stream().noneMatch(option::startsWith)).toList();
    }

    private static Path path(URL url) {
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(url + " is no address of a file", e);
        }
    }
}
