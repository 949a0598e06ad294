package io.github.camelroboflow.hosted.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiCall.PlatformCalls;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
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

/** Uploads images to datasets. All failures are {@link io.github.camelroboflow.inference.RoboflowException}s. */
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
     * Uploads an image under its name. May be repeated: Roboflow reports an image with the same bytes as a duplicate.
     *
     * @param input the way to send bytes; a URL is always sent as a URL
     * @param deadline the deadline for all attempts
     */
    public CompletableFuture<UploadedImage> upload(ImageSource image, UploadTarget target, ImageInput input, Deadline deadline) {
        return client.send(new UploadCall(settings, target, image, input), deadline);
    }

    /**
     * Uploads the labels of an uploaded image.
     *
     * @param deadline the deadline for all attempts
     * @return true if the labels were saved, false if the image already had some, which stay
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
     * @param id Roboflow's id of the image
     * @param duplicate whether the dataset already had the same image, which then has that id
     */
    public record UploadedImage(String id, boolean duplicate) {
    }

    /**
     * The destination of uploaded images.
     *
     * @param project the project's id, as in its address
     * @param split {@code train}, {@code valid} or {@code test}; empty for Roboflow's choice
     * @param batch the name of the batch in which images wait for labelling; empty for Roboflow's default
     * @param tags the tags by which the images can be found
     */
    public record UploadTarget(String project, String split, String batch, List<String> tags) {

        private static final List<String> SPLITS = List.of("", "train", "valid", "test");

        /** @throws IllegalArgumentException with the name of the wrong option */
        public UploadTarget {
            if (project == null || !project.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
                throw new IllegalArgumentException("'" + project + "' is not a project: use its id alone, such as my-project,"
                        + " which follows the workspace in its address");
            }
            Objects.requireNonNull(batch, "batch");
            if (!SPLITS.contains(split)) {
                throw new IllegalArgumentException("split=" + split + " is unknown: use train, valid or test");
            }
            tags = List.copyOf(tags);
        }
    }

    /**
     * Uploads one image to a dataset with {@code POST /dataset/{project}/upload}. May be repeated: the dataset keeps
     * equal images once.
     */
    static final class UploadCall implements ApiCall<UploadedImage> {

        private final HostedSettings settings;
        private final UploadTarget target;
        private final ImageSource image;
        private final ImageInput input;

        UploadCall(HostedSettings settings, UploadTarget target, ImageSource image, ImageInput input) {
            this.settings = settings;
            this.target = target;
            this.image = image;
            this.input = input;
        }

        @Override
        public String subject() {
            return "image '" + image.name() + "' for the dataset " + target.project();
        }

        @Override
        public String target() {
            return "the dataset " + target.project();
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
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("name", image.name());
            if (!target.split().isEmpty()) {
                fields.put("split", target.split());
            }
            URIBuilder address = PlatformCalls.address(settings.host(), "dataset", target.project(), "upload");
            fields.forEach(address::addParameter);
            if (!target.batch().isEmpty()) {
                address.addParameter("batch", target.batch());
            }
            target.tags().forEach(tag -> address.addParameter("tag", tag));
            if (image instanceof ImageSource.OfUrl url) {
                return new HttpPost(PlatformCalls.uri(address.addParameter("image", url.url().toString())));
            }
            HttpPost request = new HttpPost(PlatformCalls.uri(address));
            // like Roboflow's own clients: name and split are also parts of a multipart body
            request.setEntity(input == ImageInput.BASE64 ? ImageBody.base64(image) : ImageBody.multipart(image, fields));
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
     * Uploads the labels of an image with {@code POST /dataset/{project}/annotate/{image}}. The result is true if they
     * were saved, false if the image already has labels, which is also the result of a repeated call.
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
            return "send a smaller annotation";
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
