import { testThatNothingMoves } from "./lib/quiet-pages";

testThatNothingMoves();
