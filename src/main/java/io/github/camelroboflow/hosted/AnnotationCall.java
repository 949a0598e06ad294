package io.github.camelroboflow.hosted;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.net.URIBuilder;

/**
 * Labels for an image in a dataset: {@code POST /dataset/{project}/annotate/{image}}. True if they were taken, false if the image
 * has labels already, which is what a repeated call meets.
 */
final class AnnotationCall implements Call<Boolean> {

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
    public int longestAnswer() {
        return PlatformCalls.LONGEST_ANSWER;
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
    public boolean accepts(Answer answer) {
        return answer.isSuccess() || answer.status() == CONFLICT;
    }

    @Override
    public String whenTooLarge() {
        return "the annotation is too large";
    }

    @Override
    public Boolean read(Answer answer) {
        if (answer.status() == CONFLICT) {
            return false;
        }
        if (PlatformCalls.isFailure(PlatformCalls.json(answer, settings.host(), subject()))) {
            throw PlatformCalls.refused(answer, settings, subject());
        }
        return true;
    }
}
