package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import java.io.File;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application server that starts and stops applications with the component, each with its classes in a class loader of its own.
 * The server itself has ONNX Runtime and OpenCV, since a JVM loads a native library once, and SLF4J.
 */
class UnloadingIT {

    private static final int APPLICATIONS = 20;

    @TempDir
    Path data;

    @Test
    void theClassesOfAStoppedApplicationAreUnloaded() throws Exception {
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", Path.of(UnloadingIT.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                Server.class.getName(), data.toString(), System.getProperty("java.class.path"))
                .redirectErrorStream(true).start();
        String output = new String(server.getInputStream().readAllBytes());

        assertThat(output).contains(APPLICATIONS + " of " + APPLICATIONS + " unloaded").contains("Threads: []");
        assertThat(server.waitFor()).isZero();
    }

    /** The application server. */
    static final class Server {

        private static final Duration LIMIT = Duration.ofMinutes(1);

        private Server() {
        }

        public static void main(String[] args) throws Exception {
            List<Path> jars = Arrays.stream(args[1].split(File.pathSeparator)).map(Path::of).toList();
            Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
            ClassLoader shared = new URLClassLoader(urls(jars, "(onnxruntime|opencv|openblas|javacpp|slf4j-api).*"),
                    ClassLoader.getPlatformClassLoader());
            URL[] own = urls(jars, "(?!onnxruntime|opencv|openblas|javacpp|slf4j|log4j|disruptor).*");
            // servers do this, since Java's list of drivers is made with the class loader of the first user
            DriverManager.getDrivers();
            ReferenceQueue<ClassLoader> unloaded = new ReferenceQueue<>();
            Set<Reference<?>> applications = new HashSet<>();
            for (int i = 0; i < APPLICATIONS; i++) {
                applications.add(new WeakReference<>(runApplication(new URLClassLoader(own, shared), args[0]), unloaded));
            }
            forgetLastRecord();
            for (long start = System.nanoTime(); !applications.isEmpty() && System.nanoTime() - start < LIMIT.toNanos();) {
                System.gc();
                applications.remove(unloaded.remove(100));
            }
            System.out.println(APPLICATIONS - applications.size() + " of " + APPLICATIONS + " unloaded");
            System.out.println("Threads: " + Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> isOfAnApplication(thread.getContextClassLoader())
                            || isOfAnApplication(thread.getClass().getClassLoader())).map(Thread::getName).toList());
            System.exit(0);
        }

        private static boolean isOfAnApplication(ClassLoader loader) {
            return loader instanceof URLClassLoader && ((URLClassLoader) loader).getParent() instanceof URLClassLoader;
        }

        private static URL[] urls(List<Path> jars, String names) throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (Path jar : jars) {
                if (jar.getFileName().toString().matches(names)) {
                    urls.add(jar.toUri().toURL());
                }
            }
            return urls.toArray(URL[]::new);
        }

        private static ClassLoader runApplication(URLClassLoader loader, String data) throws Exception {
            Thread application = new Thread(() -> {
                try {
                    Class.forName(Application.class.getName(), true, loader).getMethod("run", String.class).invoke(null, data);
                } catch (ReflectiveOperationException e) {
                    // the test shows it
                    e.printStackTrace(System.out);
                    Runtime.getRuntime().halt(1);
                }
            });
            application.setContextClassLoader(loader);
            application.start();
            application.join();
            loader.close();
            return loader;
        }

        /** Compares records of the server: up to Java 18 the JDK keeps the types of the last record that was compared. */
        private static void forgetLastRecord() {
            record Last(String text) {
            }

            if (new Last("a").equals(new Last("b")) || new Last("a").hashCode() == new Last("b").hashCode()) {
                throw new IllegalStateException();
            }
        }
    }

    /** An application, which uses everything that starts threads or registers itself somewhere. */
    public static final class Application {

        private static final Path SAMPLES = Path.of("config/samples");

        private Application() {
        }

        public static void run(String data) throws Exception {
            Path inbox = Files.createDirectories(Path.of(data, "inbox"));
            byte[] image = Files.readAllBytes(SAMPLES.resolve("gears.jpg"));
            Files.write(inbox.resolve("gears.jpg"), image);
            try (DefaultCamelContext context = new DefaultCamelContext();
                    ProducerTemplate template = context.createProducerTemplate()) {
                RoboflowConfiguration configuration = context.getComponent("roboflow", RoboflowComponent.class).getConfiguration();
                configuration.setRuntime(InferenceRuntime.EMBEDDED);
                configuration.setModelsDirectory("config/models");
                context.addRoutes(routes(inbox));
                context.start();
                check(template.requestBody("direct:embedded", image, Map.class).toString().contains("gear"));
                check(template.requestBody("direct:annotated", image, byte[].class).length > 0);
                try {
                    template.requestBody("direct:hosted", image);
                    check(false);
                } catch (CamelExecutionException e) {
                    // there is no such server
                }
                DeliveryDatabase database = new DeliveryDatabase(new DatabaseSettings("jdbc:h2:file:" + data + "/deliveries", "",
                        "", Durability.PROCESS));
                check(database.execute(jdbc -> jdbc.queryForObject("select 1", Integer.class)) == 1);
                database.stop();
                await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(Path.of(data, "done/gears.jpg")));
                Files.delete(Path.of(data, "done/gears.jpg"));
            }
        }

        private static RouteBuilder routes(Path inbox) {
            return new RouteBuilder() {

                @Override
                public void configure() {
                    from("direct:embedded").to("roboflow:parts-detect/1").convertBodyTo(Map.class);
                    from("direct:annotated").to("roboflow:parts-detect/1?format=image");
                    from("direct:hosted").to("roboflow:parts-detect/1?runtime=hosted&apiKey=key&maxRetries=1"
                            + "&apiUrl=http://127.0.0.1:1");
                    from("roboflow-server:localhost:0?keys=key").to("roboflow:parts-detect/1");
                    from("kamelet:roboflow-folder-source?unchangedFor=0&base=" + inbox.getParent() + "&inbox=" + inbox)
                            .to("roboflow:parts-detect/1").filter().simple("${detects('gear')}").setBody(constant("a gear"));
                }
            };
        }

        private static void check(boolean condition) {
            if (!condition) {
                throw new IllegalStateException();
            }
        }
    }
}
