import Eager
