package io.github.camelroboflow.app.bucket;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import software.amazon.awssdk.services.s3.S3Client;

/** The bucket {@code images} of a server of the test's own, and the application with the shipped route that watches it. */
final class WatchedBucket implements AutoCloseable {

    /** An image for an engine that doesn't look at it. */
    static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);
    /** Another one. */
    static final byte[] SECOND = "second".getBytes(StandardCharsets.UTF_8);

    private static final String IMAGES = "images";

    private final Path data;
    private final S3Server server;

    /** @param data a folder for the server's buckets, the results, and what else is not in the bucket */
    WatchedBucket(Path data) {
        this(data, new S3Server(data));
    }

    /** On a server that isn't started yet. */
    WatchedBucket(Path data, S3Server server) {
        this.data = data;
        this.server = server.start();
        server.client().createBucket(request -> request.bucket(IMAGES));
    }

    /** The application, with the embedded engine. */
    WatchedFolder route() {
        WatchedFolder route = new WatchedFolder(data);
        server.properties(data).forEach(route::with);
        return route.with("routes", "watch-bucket");
    }

    /** The application, with an engine that finds nothing, but does this. */
    WatchedFolder route(Consumer<ImageSource> script) {
        return route().with(new ScriptedEngine(script));
    }

    S3Server server() {
        return server;
    }

    S3Client client() {
        return server.client();
    }

    void put(String key, byte[] content) {
        server.put(IMAGES, key, content);
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
        return server.keys(IMAGES);
    }

    List<String> inbox() {
        return keys().stream().filter(key -> key.startsWith("inbox/")).toList();
    }

    void awaitEmptyInbox() {
        await().until(() -> inbox().isEmpty());
    }

    String read(String key) {
        return server.read(IMAGES, key);
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
        server.close();
    }
}
