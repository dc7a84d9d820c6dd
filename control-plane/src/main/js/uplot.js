// The library of the charts, with its style sheet beside it.
import "uplot/dist/uPlot.min.css";

export { default } from "uplot";
