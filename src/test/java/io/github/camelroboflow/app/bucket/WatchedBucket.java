package io.github.camelroboflow.app.bucket;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.BucketServer;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;

/** A bucket of a server, and the application with the shipped route that watches it. */
final class WatchedBucket implements AutoCloseable {

    /** An image for an engine that doesn't look at it. */
    static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);
    /** Another one. */
    static final byte[] SECOND = "second".getBytes(StandardCharsets.UTF_8);

    private static final String IMAGES = "images";

    private final Path data;
    private final BucketServer server;
    private final String name;
    private final boolean own;

    /**
     * The bucket {@code images} of a server of the test's own, which is started here.
     *
     * @param data a folder for the results, and what else is not in the bucket
     */
    WatchedBucket(Path data, BucketServer server) {
        this(data, server.start(), IMAGES, true);
    }

    private WatchedBucket(Path data, BucketServer server, String name, boolean own) {
        this.data = data;
        this.server = server;
        this.name = name;
        this.own = own;
        server.createBucket(name);
    }

    /** A bucket of its own, of a server that runs. */
    static WatchedBucket shared(Path data, BucketServer server) {
        return new WatchedBucket(data, server, IMAGES + "-" + UUID.randomUUID(), false);
    }

    /** The application, with the embedded engine. */
    WatchedFolder route() {
        WatchedFolder route = new WatchedFolder(data);
        server.properties(data, name).forEach(route::with);
        return route.with("routes", "watch-" + server.noun());
    }

    /** The application, with an engine that finds nothing, but does this. */
    WatchedFolder route(Consumer<ImageSource> script) {
        return route().with(new ScriptedEngine(script));
    }

    BucketServer server() {
        return server;
    }

    /** Returns whether its server has no other buckets. */
    boolean isAlone() {
        return own;
    }

    /** Returns the bucket's name. */
    String name() {
        return name;
    }

    /** Returns the program's property of a setting, such as {@code s3.after}. */
    String property(String setting) {
        return server.property(setting);
    }

    /** Returns the id of the route that lists the bucket. */
    String listing() {
        return server.noun() + "-listing";
    }

    /** Returns the id of the route that images pass. */
    String routeId() {
        return "watch-" + server.noun();
    }

    void put(String key, byte[] content) {
        server.put(name, key, content);
    }

    void putSample(String sample, String key) {
        try {
            put(key, Files.readAllBytes(WatchedFolder.SAMPLES.resolve(sample)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the keys of all objects in the bucket, sorted. */
    List<String> keys() {
        return server.keys(name);
    }

    List<String> inbox() {
        return keys().stream().filter(key -> key.startsWith("inbox/")).toList();
    }

    void awaitEmptyInbox() {
        await().until(() -> inbox().isEmpty());
    }

    String read(String key) {
        return server.read(name, key);
    }

    /** The images that were downloaded and are worked on. */
    List<String> working() {
        return new WatchedFolder(data).files("work").stream().filter(name -> !name.endsWith(".lock")).toList();
    }

    static String content(ImageSource image) {
        try {
            return new String(image.bytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param id of a route */
    static HealthCheck.Result health(WatchedFolder application, String id) {
        return HealthCheckRegistry.get(application.context()).getCheck("outage:" + id).orElseThrow().callReadiness();
    }

    @Override
    public void close() {
        if (own) {
            server.close();
        }
    }
}
