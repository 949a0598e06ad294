package com.example;

import org.apache.camel.builder.RouteBuilder;

/** Routes whose options there are. */
public class Routes extends RouteBuilder {

    @Override
    public void configure() {
        from("roboflow-server:localhost:9001?keys=k").to("roboflow:parts/1?confidence=0.5");
        from("file:images")
                .filter().language("roboflow", "person without helmet")
                .to("roboflow-workflow:my-workspace/find-people?apiKey=k")
                .to("roboflow-upload:my-project?tag=line-1");
    }
}
