package io.github.camelroboflow.hosted.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiCall.PlatformCalls;
import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import io.github.camelroboflow.hosted.weights.WeightsRegistry.LegacyWeights;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelId.PublicModels;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/** One download of one model. */
final class ModelDownload {

    /** The file that records the source of the other files. */
    static final String ORIGIN = "fetched.json";

    private static final String ENVIRONMENT = "environment.json";
    private static final int MAX_REDIRECTS = 5;

    private final HostedSettings platform;
    private final ModelId model;
    private final String target;
    private final Deadline deadline;

    /** @param platform the server to ask, and the key */
    ModelDownload(HostedSettings platform, ModelId model, Deadline deadline) {
        this.platform = platform;
        this.model = model;
        this.target = "the weights of " + model;
        this.deadline = deadline;
    }

    /** Downloads the model as {@link ModelFetcher#fetch} does. */
    void into(Path folder) {
        ModelManifest manifest = manifest();
        try (StagingFolder staging = StagingFolder.beside(folder)) {
            write(staging, manifest);
            for (RemoteFile file : manifest.files()) {
                download(file, staging.file(file.name()));
            }
            addColors(staging.file(ENVIRONMENT), manifest.colors());
            staging.publish();
        } catch (ModelPackageException e) {
            throw new ModelPackageException("Model '" + model + "' can't be downloaded into " + folder + ": " + e.getMessage(), e);
        }
    }

    private ModelManifest manifest() {
        URI base = platform.host().base();
        String id = wrapInvalid(() -> PublicModels.resolve(model));
        try {
            return wrapInvalid(() -> WeightsRegistry.ask(id, base, address -> json(KeyTransport.HEADER, address)));
        } catch (RoboflowUnavailableException e) {
            throw e;
        } catch (RoboflowException refused) {
            if (!LegacyWeights.knows(id)) {
                throw refused;
            }
            try {
                return wrapInvalid(() -> LegacyWeights.ask(id, base, address -> json(KeyTransport.QUERY, address)));
            } catch (RoboflowException legacyRefused) {
                throw combined(refused, legacyRefused);
            }
        }
    }

    private <T> T wrapInvalid(Supplier<T> answer) {
        try {
            return answer.get();
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException("Model '" + model + "' can't be downloaded from " + platform.host() + ": "
                    + e.getMessage());
        }
    }

    /** Combines the errors of the registry and of the legacy request in one message. */
    private RoboflowException combined(RoboflowException first, RoboflowException second) {
        second.addSuppressed(first);
        if (second instanceof RoboflowUnavailableException || first.getMessage().equals(second.getMessage())) {
            return second;
        }
        String sentence = first.getMessage() + "; the older API: " + second.getMessage();
        return first instanceof ModelPackageException ? new ModelPackageException(sentence, second)
                : new RoboflowRejectedException(sentence, second);
    }

    private ObjectNode json(KeyTransport transport, URI address) {
        return ask(platform.withHost(platform.host(), transport), new JsonCall(target, address, platform.host()));
    }

    private void write(StagingFolder staging, ModelManifest manifest) {
        ObjectNode origin = Json.MAPPER.createObjectNode().put("model", model.value()).put("from", platform.host().toString())
                .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        writeText(staging.file(ORIGIN), origin.toPrettyString());
        manifest.texts().forEach((name, text) -> writeText(staging.file(name), text));
    }

    private void download(RemoteFile file, Path path) {
        URI address = file.address();
        if ("https".equalsIgnoreCase(platform.host().base().getScheme()) && !"https".equalsIgnoreCase(address.getScheme())) {
            throw new ModelPackageException("its file " + file.name() + " is at an unencrypted address");
        }
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            Optional<URI> next = ask(platform.withHost(RoboflowHost.of(address), KeyTransport.AUTO),
                    new FileDownload(file, model.value(), address, path));
            if (next.isEmpty()) {
                return;
            }
            address = next.get();
        }
        throw new RoboflowUnavailableException("Model '" + model + "' can't be downloaded now: its file " + file.name()
                + " is redirected too often");
    }

    /** Adds the colors of the classes to the environment file. The legacy request returns them separately. */
    private void addColors(Path environment, String colors) {
        if (colors.isEmpty()) {
            return;
        }
        try {
            if (Json.MAPPER.readTree(environment.toFile()) instanceof ObjectNode json && !json.has("COLORS")) {
                writeText(environment, json.set("COLORS", Json.MAPPER.readTree(colors)).toPrettyString());
            }
        } catch (IOException e) {
            throw StagingFolder.writeFailure(environment, e);
        }
    }

    private static void writeText(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw StagingFolder.writeFailure(file, e);
        }
    }

    /** Sends the call with a separate client, so that one server's rejection does not block the next server. */
    private <T> T ask(HostedSettings settings, ApiCall<T> call) {
        try (HostedClient client = new HostedClient(settings)) {
            CompletableFuture<T> answer = client.send(call, deadline);
            try {
                return answer.get();
            } catch (InterruptedException e) {
                answer.cancel(true);
                throw ModelFetcher.interrupted(model, e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RoboflowUnavailableException unavailable) {
                    throw new RoboflowUnavailableException("Model '" + model + "' can't be downloaded now: "
                            + unavailable.getMessage() + ". Try again later, or copy its files into the models directory",
                            unavailable, unavailable.retryAfter().orElse(null));
                }
                throw (RoboflowException) e.getCause();
            }
        }
    }

    /**
     * Gets a JSON object about a model's files from the platform.
     *
     * @param target the model's files, for messages
     * @param address the address without the key
     * @param host the platform
     */
    record JsonCall(String target, URI address, RoboflowHost host) implements ApiCall<ObjectNode> {

        @Override
        public String subject() {
            return target;
        }

        @Override
        public int maxResponseSize() {
            return PlatformCalls.MAX_RESPONSE_SIZE;
        }

        @Override
        public HttpUriRequestBase request() {
            return new HttpGet(address);
        }

        @Override
        public String addressOption() {
            return "weightsUrl";
        }

        @Override
        public String timeoutOption() {
            return "weightsTimeout";
        }

        @Override
        public ObjectNode read(ApiResponse answer) {
            return answer.jsonObject().orElseThrow(() -> new RoboflowException(
                    answer.unexpectedResponse(host, target, "is not a JSON object", addressOption())));
        }
    }
}
