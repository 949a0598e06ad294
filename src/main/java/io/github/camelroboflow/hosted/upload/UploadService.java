package io.github.camelroboflow.hosted.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiCall.PlatformCalls;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.net.URIBuilder;

/** Sends images to datasets. All failures are {@link io.github.camelroboflow.inference.RoboflowException}s. */
public final class UploadService implements HostedService {

    private final HostedSettings settings;
    private final HostedClient client;

    public UploadService(HostedSettings settings) {
        this(settings, new HostedClient(settings));
    }

    UploadService(HostedSettings settings, HostedClient client) {
        this.settings = settings;
        this.client = client;
    }

    @Override
    public void addPermits(int requests) {
        client.addPermits(requests);
    }

    /**
     * Sends an image under its name. May be repeated: an image of the same bytes is told as a duplicate.
     *
     * @param input    how bytes are sent; a URL is always sent as it is
     * @param deadline for everything, all tries included
     */
    public CompletableFuture<UploadedImage> upload(ImageSource image, UploadTarget place, ImageInput input, Deadline deadline) {
        return client.send(new UploadCall(settings, place, image, input), deadline);
    }

    /**
     * Sends the labels of an image that was uploaded.
     *
     * @param deadline for everything, all tries included
     * @return true if they were taken, false if the image already had some, which stay
     */
    public CompletableFuture<Boolean> annotate(String project, UploadedImage uploaded, String imageName, Annotation annotation,
                                               Deadline deadline) {
        return client.send(new AnnotationCall(settings, project, uploaded.id(), imageName, annotation), deadline);
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * An image in a dataset.
     *
     * @param id        Roboflow's id of it
     * @param duplicate whether the dataset had the same image already, which then has that id
     */
    public record UploadedImage(String id, boolean duplicate) {
    }

    /**
     * Where uploaded images go.
     *
     * @param project the project's id, as in its address
     * @param split   {@code train}, {@code valid} or {@code test}; empty: as Roboflow sees fit
     * @param batch   the name under which images wait to be labelled; empty: Roboflow's own
     * @param tags    to find the images by
     */
    public record UploadTarget(String project, String split, String batch, List<String> tags) {

        private static final List<String> SPLITS = List.of("", "train", "valid", "test");

        /** @throws IllegalArgumentException naming the option that is wrong */
        public UploadTarget {
            if (project == null || !project.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
                throw new IllegalArgumentException("'" + project + "' is not a project: write its id alone, such as my-project, as"
                        + " it stands in its address after the workspace");
            }
            Objects.requireNonNull(batch, "batch");
            if (!SPLITS.contains(split)) {
                throw new IllegalArgumentException("split=" + split + " is no split: known are train, valid and test");
            }
            tags = List.copyOf(tags);
        }
    }

    /** One image into a dataset: {@code POST /dataset/{project}/upload}. May be repeated: the same bytes are one image there. */
    static final class UploadCall implements ApiCall<UploadedImage> {

        private final HostedSettings settings;
        private final UploadTarget place;
        private final ImageSource image;
        private final ImageInput input;

        UploadCall(HostedSettings settings, UploadTarget place, ImageSource image, ImageInput input) {
            this.settings = settings;
            this.place = place;
            this.image = image;
            this.input = input;
        }

        @Override
        public String subject() {
            return "image '" + image.name() + "' for the dataset " + place.project();
        }

        @Override
        public String target() {
            return "the dataset " + place.project();
        }

        @Override
        public List<ImageSource> images() {
            return List.of(image);
        }

        @Override
        public int maxResponseSize() {
            return PlatformCalls.MAX_RESPONSE_SIZE;
        }

        @Override
        public HttpUriRequestBase request() throws IOException {
            Map<String, String> named = new LinkedHashMap<>();
            named.put("name", image.name());
            if (!place.split().isEmpty()) {
                named.put("split", place.split());
            }
            URIBuilder address = PlatformCalls.address(settings.host(), "dataset", place.project(), "upload");
            named.forEach(address::addParameter);
            if (!place.batch().isEmpty()) {
                address.addParameter("batch", place.batch());
            }
            place.tags().forEach(tag -> address.addParameter("tag", tag));
            if (image instanceof ImageSource.OfUrl url) {
                return new HttpPost(PlatformCalls.uri(address.addParameter("image", url.url().toString())));
            }
            HttpPost request = new HttpPost(PlatformCalls.uri(address));
            // of a multipart body Roboflow's own clients give name and split as parts, otherwise in the query
            request.setEntity(input == ImageInput.BASE64 ? ImageBody.base64(image) : ImageBody.multipart(image, named));
            return request;
        }

        @Override
        public UploadedImage read(ApiResponse answer) {
            JsonNode json = PlatformCalls.json(answer, settings.host(), subject());
            boolean duplicate = json.path("duplicate").asBoolean();
            String id = json.path("id").asText("");
            if (id.isEmpty() || !duplicate && !json.path("success").asBoolean()) {
                throw PlatformCalls.rejection(answer, settings, subject());
            }
            return new UploadedImage(id, duplicate);
        }
    }

    /**
     * Labels for an image in a dataset: {@code POST /dataset/{project}/annotate/{image}}. True if they were taken, false if the
     * image has labels already, which is what a repeated call meets.
     */
    static final class AnnotationCall implements ApiCall<Boolean> {

        private static final int CONFLICT = 409;

        private final HostedSettings settings;
        private final String project;
        private final String imageId;
        private final String imageName;
        private final Annotation annotation;

        AnnotationCall(HostedSettings settings, String project, String imageId, String imageName, Annotation annotation) {
            this.settings = settings;
            this.project = project;
            this.imageId = imageId;
            this.imageName = imageName;
            this.annotation = annotation;
        }

        @Override
        public String subject() {
            return "the annotation of image '" + imageName + "' for the dataset " + project;
        }

        @Override
        public String target() {
            return "the dataset " + project;
        }

        @Override
        public int maxResponseSize() {
            return PlatformCalls.MAX_RESPONSE_SIZE;
        }

        @Override
        public HttpUriRequestBase request() {
            URIBuilder address = PlatformCalls.address(settings.host(), "dataset", project, "annotate", imageId)
                    .addParameter("name", annotation.name(imageName));
            if (annotation.prediction()) {
                address.addParameter("prediction", "true");
            }
            HttpPost request = new HttpPost(PlatformCalls.uri(address));
            request.setEntity(new ByteArrayEntity(annotation.content(), ContentType.create("text/plain")));
            return request;
        }

        @Override
        public boolean accepts(ApiResponse answer) {
            return answer.isSuccess() || answer.status() == CONFLICT;
        }

        @Override
        public String tooLargeAdvice() {
            return "the annotation is too large";
        }

        @Override
        public Boolean read(ApiResponse answer) {
            if (answer.status() == CONFLICT) {
                return false;
            }
            if (PlatformCalls.isFailure(PlatformCalls.json(answer, settings.host(), subject()))) {
                throw PlatformCalls.rejection(answer, settings, subject());
            }
            return true;
        }
    }
}
