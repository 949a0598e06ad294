package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.ServiceConfiguration;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code roboflow-upload:} endpoint, and their defaults on the component. */
@UriParams
@Configurer
public class UploadConfiguration extends ServiceConfiguration {

    static final String PLATFORM = "https://api.roboflow.com";

    @UriParam(label = "common", defaultValue = PLATFORM)
    private String apiUrl = PLATFORM;
    @UriParam(label = "common", defaultValue = "file", enums = "file,base64,url")
    private ImageInput imageInput = ImageInput.FILE;
    @UriParam(label = "common", enums = "train,valid,test")
    private String split;
    @UriParam(label = "common")
    private String batch;
    @UriParam(label = "common")
    private String tag;
    @UriParam(label = "common")
    private boolean annotateWithResult;
    @UriParam(label = "common", defaultValue = "json", enums = "json,xml,txt,csv")
    private String annotationFormat = "json";
    @UriParam(label = "common")
    private boolean prediction;

    @Override
    protected UploadConfiguration copy() {
        return (UploadConfiguration) super.copy();
    }

    @Override
    protected RoboflowHost host(RoboflowConfiguration models) {
        return RoboflowHost.platform(apiUrl, "apiUrl");
    }

    public String getApiUrl() {
        return apiUrl;
    }

    /** The server that holds the datasets. */
    public void setApiUrl(String apiUrl) {
        this.apiUrl = apiUrl;
    }

    @Override
    public ImageInput getImageInput() {
        return imageInput;
    }

    /**
     * The form in which an image is sent to the server: file sends its bytes, base64 sends them as text, which is a third longer,
     * and with url the body is the URL of an image, as text, for the server to fetch.
     */
    public void setImageInput(ImageInput imageInput) {
        this.imageInput = imageInput;
    }

    public String getSplit() {
        return split;
    }

    /** The part of the dataset that the image belongs to. */
    public void setSplit(String split) {
        this.split = split;
    }

    public String getBatch() {
        return batch;
    }

    /** The name of the batch of images in which the image waits to be labelled. */
    public void setBatch(String batch) {
        this.batch = batch;
    }

    public String getTag() {
        return tag;
    }

    /** Tags to find the image by, separated by commas. */
    public void setTag(String tag) {
        this.tag = tag;
    }

    public boolean isAnnotateWithResult() {
        return annotateWithResult;
    }

    /**
     * Whether the result of a model for the image (the exchange property CamelRoboflowInference) is uploaded with it, as
     * predictions for a person to review. An annotation in the header takes precedence.
     */
    public void setAnnotateWithResult(boolean annotateWithResult) {
        this.annotateWithResult = annotateWithResult;
    }

    public String getAnnotationFormat() {
        return annotationFormat;
    }

    /**
     * The format of the header CamelRoboflowAnnotation, as the file extension that Roboflow uses for it: json is COCO, CreateML or
     * a result of Roboflow's, xml is Pascal VOC, txt is the name of the image's class, csv is a table.
     */
    public void setAnnotationFormat(String annotationFormat) {
        this.annotationFormat = annotationFormat;
    }

    public boolean isPrediction() {
        return prediction;
    }

    /** Whether the annotation in the header is a prediction for a person to review, and not the truth. */
    public void setPrediction(boolean prediction) {
        this.prediction = prediction;
    }
}
